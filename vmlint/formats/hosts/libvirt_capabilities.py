"""What libvirt says of its host: ``virsh capabilities`` and ``virsh domcapabilities``."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Element, File, Span, Spec

from ..shared.amounts import in_bytes
from ..shared.arches import arch
from ..shared.cpu_flags import FLAGS
from ..shared.hosts import maker, platform, some_flags

_ROOTS = ("capabilities", "domainCapabilities")
_FAMILIES = {
    "kvm": "linux", "lxc": "linux", "vz": "linux", "parallels": "linux", "apparmor": "linux", "selinux": "linux",
    "hvf": "darwin", "bhyve": "freebsd",
}  # fmt: skip
"""Kinds of domains and security models -> the family of the host's system."""


def recognises(file: File) -> bool:
    """Recognise the root, also of a broken file."""
    return file.first_tag[0].rpartition(":")[2] in _ROOTS


def read(file: File) -> Iterator[Spec]:
    """Yield the host of each root, which is not named."""
    for root in file.xml:
        if root.name == "capabilities":
            yield _capabilities(root)
        elif root.name == "domainCapabilities":
            yield _of_domains(root)


def _child(element: Element | None, *path: str) -> Element | None:
    for name in path:
        element = next((each for each in element.children if each.name == name), None) if element else None
    return element


def _capabilities(root: Element) -> Spec:
    spec = Spec("", root.at)
    host = _child(root, "host")
    cpu = _child(host, "cpu")
    kind = _child(cpu, "arch")
    domains = {
        each.get("type")
        for guest in root.children
        for around in guest.children
        for each in around.children
        if each.name == "domain"
    }
    modules = {found.text for each in (host.children if host else ()) if (found := _child(each, "model")) is not None}
    family = next((_FAMILIES[each] for each in (*sorted(domains), *sorted(modules)) if each in _FAMILIES), None)
    if kind and kind.text and family:
        spec.fact("host.platform", platform(family, arch(kind.text)), kind.text_at)
    _processor(spec, cpu, "feature")
    iommu = _child(host, "iommu")
    if iommu and (support := iommu.attribute("support")):
        spec.fact("host.iommu", support.value == "yes", support.at)
    cells = _child(host, "topology", "cells")
    memory = count = 0
    for cell in cells.children if cells else ():
        size = _child(cell, "memory")
        if size and size.get("unit", "KiB") == "KiB" and size.text.isdecimal() and len(size.text) < 16:
            memory += int(size.text) * 1024
        cpus = _child(cell, "cpus")
        number = cpus.get("num") if cpus else ""
        count += int(number) if number.isdecimal() and len(number) < 6 else 0
    if cells and memory:
        spec.fact("host.memory", in_bytes(memory), cells.at)
    if cells and count:
        spec.fact("host.cpu.count", count, cells.at)
    models = [each for each in (host.children if host else ()) if each.name == "secmodel"]
    named = [(found.text, found.text_at) for each in models if (found := _child(each, "model")) is not None]
    spec.entries("host.security.modules", [each for each in named if each[0] in ("apparmor", "selinux")])
    return spec


def _of_domains(root: Element) -> Spec:
    """State what one kind of domain may use; of the processor, what the host passes to a domain."""
    spec = Spec("", root.at)
    domain, kind = _child(root, "domain"), _child(root, "arch")
    if domain is None or domain.text not in ("kvm", "hvf"):
        return spec  # emulated: what is offered says nothing of the machine
    if kind and kind.text:
        spec.fact("host.platform", platform(_FAMILIES[domain.text], arch(kind.text)), kind.text_at)
    modes = _child(root, "cpu")
    for mode in modes.children if modes else ():
        if mode.name == "mode" and mode.get("name") == "host-model":
            _processor(spec, mode, "feature", only_required=True)
    return spec


def _processor(spec: Spec, cpu: Element | None, tag: str, *, only_required: bool = False) -> None:
    if cpu is None:
        return
    vendor = _child(cpu, "vendor")
    if vendor and vendor.text:
        spec.fact("host.cpu.vendor", maker(vendor.text), vendor.text_at)
    there: list[tuple[str, Span]] = []
    for each in cpu.children:
        name = each.attribute("name")
        if each.name == tag and name and (not only_required or each.get("policy") == "require"):
            flag = FLAGS.get(name.value)
            there += [(flag, name.at)] if flag else []
    some_flags(spec, there)
