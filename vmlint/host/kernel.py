"""What the kernel of a Linux machine offers to what runs on it: options, parameters, control groups, devices."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.catalog.kernel_names import kernel_options, kernel_parameters
from vmlint.findings.problem import Unreadable
from vmlint.host.root import Fact, Root
from vmlint.patterns import lazy_pattern
from vmlint.syntax.kernel_config import GZIP, read_kernel_config, unpacked

_PACKED = "/proc/config.gz"
_LSM = "/sys/kernel/security/lsm"
_MOUNTS = "/proc/self/mountinfo"
_CONTROLLERS = "/sys/fs/cgroup/cgroup.controllers"
_NVIDIA = "/proc/driver/nvidia/version"
_BTF = "/sys/kernel/btf/vmlinux"
_DEVICES = 2_000
"""Device nodes; a machine with more has no list."""
_NO_DEVICES = lazy_pattern(
    r"(?:tty\d+|vcs.*|ram\d+|pts|shm|mqueue|hugepages|fd|std(?:in|out|err)|core|log|initctl|char|block|disk)"
)
"""Names in /dev of what is no device, and of consoles and old memory disks, of which there are many."""


def kernel(root: Root) -> Iterator[Fact]:
    """Yield modules in use, options, parameters and the size of pages."""
    if (listed := root.text("/proc/modules")) is not None:
        yield Fact("kernel.loaded", sorted({line.split()[0] for line in listed.splitlines() if line}), "/proc/modules")
    for path in _configurations(root):
        if (text := _config(root, path)) is not None:
            options = read_kernel_config(text, kernel_options())
            yield Fact("kernel.config", [f"{name}={value}" for name, value, _ in options], path)
            break
    found = ((name, root.word(_parameter(name))) for name in sorted(kernel_parameters()))
    said = [f"{name}={' '.join(value.split())}" for name, value in found if value and value.isascii()]
    if said:
        yield Fact("kernel.sysctls", said, "/proc/sys")
    if size := re.search(r"^KernelPageSize:\s+(\d{1,6}) kB$", root.text("/proc/self/smaps") or "", re.M):
        yield Fact("kernel.pageSize", int(size[1]) * 1024, "/proc/self/smaps")


def _parameter(name: str) -> str:
    return f"/proc/sys/{name.replace('.', '/')}"


def _configurations(root: Root) -> tuple[str, ...]:
    release = root.word("/proc/sys/kernel/osrelease") or ""
    named = re.fullmatch(r"[\w.+~-]+", release, re.ASCII) is not None and ".." not in release
    return (_PACKED, *((f"/boot/config-{release}", f"/lib/modules/{release}/config") if named else ()))


def _config(root: Root, path: str) -> str | None:
    data = root.data(path)
    try:
        return None if data is None else unpacked(data) if data.startswith(GZIP) else data.decode("utf-8", "replace")
    except Unreadable:
        return None


def cgroups(root: Root) -> Iterator[Fact]:
    """Yield which control groups are mounted, and their controllers."""
    mounts = [line.split() for line in (root.text(_MOUNTS) or "").splitlines()]
    kinds = {(line[line.index("-") + 1], line[4]) for line in mounts if "-" in line and len(line) > 6}
    if ("cgroup2", "/sys/fs/cgroup") in kinds:
        yield Fact("cgroup.version", "2", _MOUNTS)
        if (words := root.word(_CONTROLLERS)) is not None:
            yield Fact("cgroup.controllers", sorted(words.split()), _CONTROLLERS)
    elif any(kind == "cgroup" for kind, _ in kinds):
        yield Fact("cgroup.version", "hybrid" if any(kind == "cgroup2" for kind, _ in kinds) else "1", _MOUNTS)
        rows = [line.split() for line in (root.text("/proc/cgroups") or "").splitlines() if line[:1] != "#"]
        if rows:
            names = sorted(row[0] for row in rows if len(row) == 4 and row[3] == "1")
            yield Fact("cgroup.controllers", names, "/proc/cgroups")


def gpu(root: Root) -> Iterator[Fact]:
    """Yield who made the graphics processors, and the driver of NVIDIA's."""
    driver = re.search(r"Kernel Module(?: for \S+)?\s+(\d+(?:\.\d+){1,2})\s", root.text(_NVIDIA) or "")
    if driver:
        yield Fact("gpu.vendor", "nvidia", _NVIDIA)
        yield Fact("gpu.driver", driver[1], _NVIDIA)
        return
    cards = [name for name in root.names("/sys/class/drm") or () if re.fullmatch(r"card\d+", name)]
    makers = {_MAKERS.get(root.word(f"/sys/class/drm/{card}/device/vendor") or "") for card in cards} - {None}
    if len(makers) == 1:
        yield Fact("gpu.vendor", str(makers.pop()), "/sys/class/drm")


_MAKERS = {"0x10de": "nvidia", "0x1002": "amd", "0x8086": "intel"}
"""Vendors of PCI."""


def security(root: Root) -> Iterator[Fact]:
    """Yield the active security modules, and whether anybody may create user namespaces."""
    if (words := root.word(_LSM)) is not None:
        yield Fact("security.modules", sorted(filter(None, words.split(","))), _LSM)
    settings = {name: root.word(_parameter(name)) for name in _USER_NAMESPACES}
    against = [name for name, value in settings.items() if value == _USER_NAMESPACES[name]]
    if against:
        yield Fact("security.userNamespaces", False, _parameter(against[0]))
    elif settings["user.max_user_namespaces"] is not None:
        yield Fact("security.userNamespaces", True, _parameter("user.max_user_namespaces"))


_USER_NAMESPACES = {
    "kernel.unprivileged_userns_clone": "0",
    "kernel.apparmor_restrict_unprivileged_userns": "1",
    "user.max_user_namespaces": "0",
}
"""Parameters -> the value with which ordinary users may create none."""


def devices(root: Root) -> Iterator[Fact]:
    """Yield the device nodes, with those in the folders of /dev. Links to them are left out."""
    names = root.names("/dev")
    if names is None:
        return
    found: list[str] = []
    for name in names:
        path = f"/dev/{name}"
        if _NO_DEVICES.fullmatch(name) or root.at(path).is_symlink():
            continue
        inside = root.names(path) if root.at(path).is_dir() else None
        every = [path] if inside is None else [f"{path}/{each}" for each in inside]
        found += [each for each in every if not root.at(each).is_symlink() and not root.at(each).is_dir()]
    if len(found) <= _DEVICES:
        yield Fact("devices", [each for each in found if each.isascii() and each.isprintable()], "/dev")


def features(root: Root) -> Iterator[Fact]:
    """Yield what no other field holds: the types of the kernel, which programs for eBPF read."""
    if root.exists(_BTF):
        yield Fact("features.present", ["kernel.config.DEBUG_INFO_BTF"], _BTF)


def refused(root: Root) -> list[tuple[str, str]]:
    """Return what could be read by root only: the field, and its file."""
    files = [("kernel.config", path) for path in _configurations(root)] + [("security.modules", _LSM)]
    files += [("kernel.sysctls", _parameter(name)) for name in sorted(kernel_parameters())]
    return [(field, path) for field, path in files if root.is_refused(path)]
