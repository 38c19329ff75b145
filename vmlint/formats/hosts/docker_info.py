"""The host of Docker's engine, as ``docker info --format json`` prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Cursor, File, Spec, Version

from ..shared.amounts import in_bytes
from ..shared.hosts import engine, features, number, platform, short_name, system

_KEYS = ("KernelVersion", "OSType", "ServerVersion", "OperatingSystem")
_PRODUCTS = {
    "Docker Desktop": "docker-desktop", "OrbStack": "orbstack", "Rancher Desktop WSL Distribution": "rancher-desktop",
}  # fmt: skip
"""What the system of a hidden machine calls itself -> the product that hides it."""
_OF_ORBSTACK = "-orbstack"
"""What stands in the version of its kernel, also where older releases call the system Alpine Linux."""
_ON_A_MAC = "com.docker.desktop.address=unix:///Users/"
"""How the label begins by which Docker Desktop says where its socket is; on Windows that is a pipe."""
_NOT_ON_A_MAC = ("device.dri", "device.kfd", "device.snd", "device.video")
"""What Docker Desktop's machine on a Mac does not have (docker/docs content/manuals/desktop/features/gpu.md)."""
_CONTROLLERS = {"MemoryLimit": "cgroup.controller.memory", "PidsLimit": "cgroup.controller.pids"}
"""What says whether a limit can be set -> the controller that does it."""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_+-]*(?:\.[A-Za-z0-9_][A-Za-z0-9_+-]*)*")
"""The shape of the name of a runtime."""
_KNOWS_ROOTLESS = Version("19.03")
"""The first release that says whether it runs without root."""


def recognises(file: File) -> bool:
    """Recognise the object by the keys that every release writes."""
    return any(all(root.at(key) for key in _KEYS) for root in file.documents)


def read(file: File) -> Iterator[Spec]:
    """Yield the host of each engine."""
    for root in file.documents:
        if all(root.at(key) for key in _KEYS):
            yield _host(root)


def _host(root: Cursor) -> Spec:
    name = root.at("Name")
    spec = Spec(short_name(name.text), (name or root.at("ServerVersion")).span)

    def take(path: str, key: str, value: str | bool | int | None) -> None:
        if root.at(key):
            spec.fact(path, value, root.at(key).span)

    family = root.at("OSType").text
    take("host.platform", "Architecture", platform(family, root.at("Architecture").text))
    take("host.os.family", "OSType", family if family in ("linux", "windows") else None)
    if family == "linux":
        take("host.kernel.version", "KernelVersion", number(root.at("KernelVersion").text))
        system(spec, root.at("OperatingSystem").text, root.at("OperatingSystem").span)
    else:
        take("host.os.build", "OSVersion", number(root.at("OSVersion").text))
    for key, path in (("NCPU", "host.cpu.count"), ("MemTotal", "host.memory")):
        amount = root.at(key).number
        if isinstance(amount, int) and amount > 0:
            take(path, key, amount if key == "NCPU" else in_bytes(amount))
    if root.at("CgroupVersion").text in ("1", "2"):
        take("host.cgroup.version", "CgroupVersion", root.at("CgroupVersion").text)
    _security(spec, root)
    engine(spec, "docker", root.at("ServerVersion").text, root.at("ServerVersion").span)
    if (driver := root.at("CgroupDriver")).text in ("systemd", "cgroupfs"):
        features(spec, [(f"engine.cgroup-driver={driver.text}", driver.span)])
    names = [(name, at.key_span) for name, at in root.at("Runtimes").entries.items() if _NAME.fullmatch(name)]
    if names:
        features(spec, [(f"engine.runtime.{name}", at) for name, at in names])
    spec.entries(
        "host.features.absent",
        [(feature, root.at(key).span) for key, feature in _CONTROLLERS.items() if root.at(key).flag is False],
    )
    _product(spec, root)
    return spec


def _product(spec: Spec, root: Cursor) -> None:
    """State which product hides the machine that the engine runs in, where one does."""
    name, kernel = root.at("OperatingSystem"), root.at("KernelVersion")
    by_kernel = "orbstack" if _OF_ORBSTACK in (kernel.text or "") else None
    product, at = (_PRODUCTS[name.text], name) if name.text in _PRODUCTS else (by_kernel, kernel)
    if product is None:
        return
    spec.fact("host.virtualized", True, at.span)
    spec.fact("host.hypervisor", product, at.span)
    mac = next((each for each in root.at("Labels").items if (each.text or "").startswith(_ON_A_MAC)), None)
    if product == "docker-desktop" and mac is not None:
        before = spec.facts.get("host.features.absent")
        gone = ((feature, mac.span) for feature in _NOT_ON_A_MAC)
        spec.entries("host.features.absent", [*(before.entries.items() if before else ()), *gone])


def _security(spec: Spec, root: Cursor) -> None:
    options = {
        (each.text or "").partition(",")[0].removeprefix("name="): each for each in root.at("SecurityOptions").items
    }
    modules = [(name, options[name].span) for name in ("apparmor", "selinux") if name in options]
    spec.entries("host.security.modules", modules)
    version = number(root.at("ServerVersion").text)
    if "rootless" in options:
        spec.fact("host.security.rootless", True, options["rootless"].span)
    elif options and version and Version(version) >= _KNOWS_ROOTLESS:
        spec.fact("host.security.rootless", False, root.at("SecurityOptions").span)
