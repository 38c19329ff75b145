"""What single files of /proc and /sys hold, and short commands print: one line each, recognised by its shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from vmlint.api import File, Span, Spec, Unreadable, split_lines

from ..shared.hosts import features, number, platform

_CONTROLLERS = "cpuset|cpu|io|memory|hugetlb|pids|rdma|misc|dmem"
_MODULES = "capability|lockdown|landlock|yama|loadpin|safesetid|integrity|ima|evm|apparmor|selinux|smack|tomoyo|bpf|ipe"
_ARCHES = {"aarch64": "arm64", "x86_64": "amd64", "i386": "386", "loongarch64": "loong64", "mips64el": "mips64le",
           "mipsel": "mipsle"}  # fmt: skip
"""Emulators of QEMU -> the word of OCI images, where it is another one."""


def recognises(file: File) -> bool:
    """Recognise a text of a few lines by one of the shapes."""
    try:
        return _shape(file.text) is not None
    except Unreadable:
        return False


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named."""
    text = file.text
    spec = Spec("", file.span(1))
    spec.part = True
    shape = _shape(text)
    if shape is not None:
        shape(spec, text.strip(), file.span(1 + text[: len(text) - len(text.lstrip())].count("\n")))
    yield spec


_MOST = 16_384
_Tell = Callable[[Spec, str, Span], None]


def _shape(text: str) -> _Tell | None:
    """Return what states the facts of a text; ``None`` where it has no known shape."""
    if len(text) > _MOST:
        return None
    text = text.strip()
    return next((tell for shape, tell in _SHAPES if re.fullmatch(shape, text)), None)


def _controllers(spec: Spec, text: str, at: Span) -> None:
    spec.fact("host.cgroup.version", "2", at)  # version 1 has no such list
    spec.fact("host.cgroup.controllers", sorted(text.split()), at)


def _cgroup(spec: Spec, text: str, at: Span) -> None:
    # On tmpfs stand the hierarchies of version 1; whether the unified one is beside them, it does not say.
    spec.fact("host.cgroup.version", "2" if text == "cgroup2fs" else None, at)


def _security_modules(spec: Spec, text: str, at: Span) -> None:
    spec.entries("host.security.modules", ((name, at) for name in sorted(text.split(","))))


def _command_line(spec: Spec, text: str, at: Span) -> None:
    spec.fact("host.kernel.cmdline", re.findall(r'(?:"[^"]*"?|[^\s"])+', text), at)


def _page_size(spec: Spec, text: str, at: Span) -> None:
    spec.fact("host.kernel.pageSize", int(text.split()[-1]), at)


def _secure_boot(spec: Spec, text: str, at: Span) -> None:
    spec.fact("host.security.secureBoot", text.startswith("SecureBoot enabled"), at)


def _level(spec: Spec, text: str, at: Span) -> None:
    levels = re.findall(r"x86-64-(v[234]) \(supported", text)
    if levels:  # a loader that knows no levels prints none either
        spec.fact("host.cpu.level", max(levels), at)


def _iommu(spec: Spec, text: str, at: Span) -> None:
    spec.fact("host.iommu", bool(text), at)


def _binfmt(spec: Spec, text: str, at: Span) -> None:
    arches = [word.removeprefix("qemu-") for word in text.split() if word.startswith("qemu-")]
    known = {platform("linux", _ARCHES.get(arch, arch)) for arch in arches} - {None}
    spec.fact("host.binfmt", sorted(map(str, known)), at)


def _board(spec: Spec, text: str, at: Span) -> None:
    """State what the names of the board tell, which ``grep`` prints behind the files that hold them."""
    said = dict(line.rpartition("/")[2].split(":", 1) for line in split_lines(text))
    vendor, product = said.get("sys_vendor", ""), said.get("product_name", "")
    if vendor == "Amazon EC2" and re.fullmatch(r"[a-z][a-z0-9-]*\.[a-z0-9-]+", product):
        spec.fact("host.cloud.provider", "aws", at)
        spec.fact("host.cloud.instanceType", product, at)
        spec.fact("host.virtualized", ".metal" not in product, at)
    elif vendor == "Google" and product == "Google Compute Engine":
        spec.fact("host.cloud.provider", "gcp", at)
    elif vendor.lower() in ("qemu", "innotek gmbh") or vendor.startswith("VMware"):
        spec.fact("host.virtualized", True, at)


def _release(spec: Spec, text: str, at: Span) -> None:
    spec.fact("host.kernel.version", number(text), at)


def _selinux(spec: Spec, text: str, at: Span) -> None:
    if text != "Disabled":
        spec.entries("host.security.modules", [("selinux", at)])
    else:
        spec.entries("host.features.absent", [("lsm.selinux", at)])


def _present(id: str) -> _Tell:
    """Return what states that a feature is there."""
    return lambda spec, _, at: features(spec, [(id, at)])


_DMI = r"/sys/class/dmi/id/(?:sys_vendor|product_name):.*"
_SHAPES: tuple[tuple[str, _Tell], ...] = (
    (rf"(?:(?:{_CONTROLLERS})(?: |$))+", _controllers),
    (r"cgroup2fs|tmpfs", _cgroup),
    (rf"(?:{_MODULES})(?:,(?:{_MODULES}))+", _security_modules),
    (r"(?:.* )?(?:BOOT_IMAGE|root|initrd|console|coherent_pool)=.*", _command_line),
    (r"(?:PAGESIZE\s+\d{4,6}\s+)?PAGE_?SIZE\s+(?:4096|8192|16384|32768|65536)", _page_size),
    (r"SecureBoot (?:enabled|disabled)(?:\s[\s\S]{0,200})?", _secure_boot),
    (r"(?=[\s\S]*x86-64-v[234] \(supported)[\s\S]*", _level),
    (r"/sys/class/iommu/\S+(?:\s+/sys/class/iommu/\S+)*", _iommu),
    (r"(?=[\s\S]*\bregister\b)(?=[\s\S]*\bstatus\b)[\w.+\s-]+", _binfmt),
    (rf"{_DMI}(?:\n{_DMI})*", _board),
    (r"\d{1,2}\.\d{1,3}\.\d{1,3}-[\w.+~-]*[A-Za-z][\w.+~-]*", _release),
    (r"Enforcing|Permissive|Disabled", _selinux),
    (r"nodev\s+binder", _present("kernel.config.ANDROID_BINDERFS")),
    (r"nodev\s+overlay", _present("kernel.config.OVERLAY_FS")),
)
"""The shape of a whole text, as a regular expression, and what it tells."""
