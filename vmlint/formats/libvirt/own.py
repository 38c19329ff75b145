"""Which elements and attributes of a text libvirt reads as its own, by their names and namespaces."""

from __future__ import annotations

from vmlint.api import Element, Problem, Unreadable

OF_DRIVERS = "http://libvirt.org/schemas/domain/"
"""The beginning of the namespaces that QEMU's, Xen's, bhyve's and the container driver's own elements are in."""
OF_DRIVERS_ALONE = frozenset({"commandline", "arg", "namespace"})
"""Those that are read here."""
KNOWN = frozenset(
    {
        "address", "arg", "backend", "backingStore", "block", "boot", "bootloader", "capabilities", "char",
        "commandline", "controller", "cpu", "cputune", "devices", "disk", "driver", "emulator", "feature",
        "features", "filesystem", "firmware", "graphics", "hostdev", "hugepages", "idmap", "interface",
        "kernel", "launchSecurity", "loader", "mac", "maxMemory", "memory", "memoryBacking", "model",
        "namespace", "numatune", "nvram", "os", "page", "parallel", "privnet", "redirdev", "serial", "shmem",
        "smartcard", "sound", "source", "target", "teaming", "topology", "tpm", "type", "vcpu", "vcpupin",
        "video", "vsock", "watchdog",
    }
)  # fmt: skip
"""Elements that are read. Not the name, which is free text."""
ATTRIBUTES = frozenset(
    {
        "address", "arch", "bus", "cache", "check", "controller", "cpuset", "current", "dev", "device", "dir",
        "enabled", "file", "firmware", "format", "id", "index", "machine", "mode", "model", "name", "nodeset",
        "order", "path", "placement", "policy", "readonly", "secure", "size", "slots", "snapshot", "sockets",
        "state", "stateless", "template", "type", "unit", "uuid", "value", "version",
    }
)  # fmt: skip
"""Attributes that are read."""


def only_own(root: Element) -> Element:
    """Return a domain without what its tool does not read. Metadata stay whole: they have namespaces of their own."""
    return root.only(_is_own, whole=("metadata",))


def _is_own(element: Element) -> bool:
    """Whether libvirt's paths lead to an element: it is in no namespace, or in the one of a driver's own elements."""
    namespace = element.namespace
    if namespace.startswith(OF_DRIVERS):
        return element.name in OF_DRIVERS_ALONE
    return not namespace and ":" not in element.name and element.name not in OF_DRIVERS_ALONE


def refuse_foreign_attributes(root: Element) -> None:
    """Raise ``Unreadable`` (VM905) where it depends on the place in libvirt whether an attribute counts.

    Most are read by xmlGetProp, which takes the first of that name in any namespace, and some by a path, which takes
    only those in none.
    """
    pending = [root]
    while pending:
        element = pending.pop()
        for name, namespace in element.foreign_attributes:
            attribute = element.attribute_in(namespace, name)
            if name in ATTRIBUTES and namespace and attribute:
                message = f"libvirt may take {name} of the namespace {namespace[:60]} for its own {name}, or may not"
                raise Unreadable(Problem("VM905", message, attribute.at, "remove the attribute"))
        if element.name != "metadata":
            pending += element.children
