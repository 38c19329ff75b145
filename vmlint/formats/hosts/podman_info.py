"""The host of Podman's engine, as ``podman info`` prints it, in YAML or in JSON."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Cursor, File, Spec

from ..shared.amounts import in_bytes
from ..shared.hosts import engine, features, number, platform, release, short_name

_KEYS = ("buildahVersion", "kernel", "os", "arch")
_OLD_KEYS = ("BuildahVersion", "kernel", "os", "arch")
_MACHINE = "localhost.localdomain"
"""The name of the machine of Fedora CoreOS that ``podman machine`` makes, and no administrator leaves to a server."""
_IDS = {"debian", "ubuntu", "fedora", "rhel", "rocky", "almalinux", "ol", "alpine", "amzn", "sles", "arch"}
"""Distributions whose name here is the ID of their os-release."""


def recognises(file: File) -> bool:
    """Recognise the block ``host`` by the keys that every release writes."""
    return any(_about(root) for root in file.documents)


def read(file: File) -> Iterator[Spec]:
    """Yield the host of each engine."""
    for root in file.documents:
        if host := _about(root):
            spec = _host(host)
            version, manager = root.at("version", "Version"), host.at("cgroupManager")
            if version:
                engine(spec, "podman", version.text, version.span)
            if manager.text in ("systemd", "cgroupfs"):
                features(spec, [(f"engine.cgroup-driver={manager.text}", manager.span)])
            yield spec


def _about(root: Cursor) -> Cursor:
    host = root.at("host")
    return host if any(all(host.at(key) for key in keys) for keys in (_KEYS, _OLD_KEYS)) else root.at("")


def _host(root: Cursor) -> Spec:
    name = root.at("hostname")
    spec = Spec(short_name(name.text), (name or root.at("kernel")).span)

    def take(path: str, key: str, value: str | bool | int | None) -> None:
        if root.at(key):
            spec.fact(path, value, root.at(key).span)

    family = root.at("os").text
    take("host.platform", "arch", platform(family, root.at("arch").text))
    take("host.os.family", "os", family if family in ("linux", "freebsd") else None)
    take("host.kernel.version", "kernel", number(root.at("kernel").text))
    named, version = root.at("distribution", "distribution"), root.at("distribution", "version")
    if (named.text or "").strip('"') in _IDS and version.text:
        release(spec, (named.text or "").strip('"'), version.text, version.span)
    machine = root.at("distribution", "variant").text == "coreos" and root.at("serviceIsRemote").flag is True
    if machine and name.text == _MACHINE:
        spec.fact("host.virtualized", True, root.at("serviceIsRemote").span)
        spec.fact("host.hypervisor", "podman-machine", root.at("serviceIsRemote").span)
    for key, path in (("cpus", "host.cpu.count"), ("memTotal", "host.memory")):
        amount = root.at(key).number
        if isinstance(amount, int) and amount > 0:
            take(path, key, amount if key == "cpus" else in_bytes(amount))
    take("host.cgroup.version", "cgroupVersion", {"v1": "1", "v2": "2"}.get(root.at("cgroupVersion").text or ""))
    controllers = root.at("cgroupControllers")
    spec.entries("host.cgroup.controllers", ((each.text or "", each.span) for each in controllers.items if each.text))
    security = root.at("security")
    if security.at("rootless").flag is not None:
        spec.fact("host.security.rootless", security.at("rootless").flag, security.at("rootless").span)
    enabled = [(key, security.at(f"{key}Enabled")) for key in ("apparmor", "selinux")]
    if all(flag.flag is not None for _, flag in enabled):
        there = [(key, flag.span) for key, flag in enabled if flag.flag]
        # Neither of them does not mean that there is no other module, which Podman does not name.
        spec.entries("host.security.modules", there)
    return spec
