"""The facts in the files of a Linux machine: /proc, /sys, /etc/os-release and the kernel's module lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from vmlint.catalog.arm_cores import core_names
from vmlint.catalog.os_release import release_id
from vmlint.host.kernel import cgroups, devices, features, gpu, kernel, security
from vmlint.host.root import Fact, Root
from vmlint.model.values import Version
from vmlint.patterns import lazy_pattern
from vmlint.syntax.cpuinfo import FEATURES, MAKERS, Cpuinfo, read_cpuinfo


def linux(root: Root, arch: str) -> Iterator[Fact]:
    """Yield the facts of the files below a root; ``arch`` is the CPU of the machine as uname writes it."""
    cpu = read_cpuinfo(root.text("/proc/cpuinfo") or "")
    virtualized = _virtualized(root, cpu, arch)
    yield from _os(root)
    yield from _kernel(root)
    yield from kernel(root)
    yield from _processors(root, cpu, arch)
    yield from cgroups(root)
    yield from gpu(root)
    yield from security(root)
    yield from devices(root)
    yield from features(root)
    if memory := re.search(r"^MemTotal:\s*(\d{1,15}) kB$", root.text("/proc/meminfo") or "", re.M):
        yield Fact("memory", f"{memory[1]}Ki", "/proc/meminfo")
    if (units := root.names("/sys/class/iommu")) is not None:
        yield Fact("iommu", bool(units), "/sys/class/iommu")
    if virtualized:
        yield virtualized
    if virtualized and virtualized.value:
        yield from _nested(root, cpu)
    yield from _hypervisor(root, virtualized)
    if sort := _container(root):
        yield Fact("container", sort, "/proc/self/ns/pid, /proc/1")
    yield from _binfmt(root)


def _os(root: Root) -> Iterator[Fact]:
    path = next((path for path in ("/etc/os-release", "/usr/lib/os-release") if root.text(path)), "")
    lines = [line.partition("=") for line in (root.text(path) or "").splitlines()] if path else []
    release = {key: value.strip("\"' ") for key, _, value in lines}
    known = release_id(release.get("ID", ""), release.get("VERSION_ID", ""))
    if known and (release["ID"] != "centos" or release.get("NAME") == "CentOS Stream"):
        yield Fact("os.id", known, path)
    yield Fact("os.family", "linux", "uname")
    if is_version(release.get("VERSION_ID", "")):
        yield Fact("os.version", release["VERSION_ID"], path)


def _kernel(root: Root) -> Iterator[Fact]:
    release = root.word("/proc/sys/kernel/osrelease") or ""
    if is_version(release):
        yield Fact("kernel.version", release, "/proc/sys/kernel/osrelease")
    banner = root.text("/proc/version")
    if root.word("/sys/kernel/realtime") == "1":
        yield Fact("kernel.realtime", True, "/sys/kernel/realtime")
    elif banner is not None:
        yield Fact("kernel.realtime", bool(re.search(r"\bPREEMPT[_ ]RT\b", banner)), "/proc/version")
    if (line := root.word("/proc/cmdline")) is not None:
        yield Fact("kernel.cmdline", re.findall(r'(?:"[^"]*"?|[^\s"])+', line), "/proc/cmdline")
    if re.fullmatch(r"[\w.+~-]+", release, re.A) and ".." not in release:
        for field, file in (("builtin", "modules.builtin"), ("modules", "modules.dep")):
            if (listed := root.text(f"/lib/modules/{release}/{file}")) is not None:
                found = re.findall(r"^(?:[^\s:]*/)?([^\s:/]+)\.ko\b", listed, re.M)
                names = sorted({name.replace("-", "_") for name in found})  # as lsmod writes them
                yield Fact(f"kernel.{field}", names, f"/lib/modules/{release}/{file}")


def _processors(root: Root, cpu: Cpuinfo, arch: str) -> Iterator[Fact]:
    origin = "/proc/cpuinfo"
    words = {key: text for key, (text, _) in cpu.words.items()}
    maker = words.get("vendor_id") or words.get("CPU implementer")
    if maker:
        yield Fact("cpu.vendor", MAKERS.get(maker, "other"), origin)
    if model := words.get("model name") or core_names(cpu.parts):
        yield Fact("cpu.model", model, origin)
    if cpu.processors:
        yield Fact("cpu.count", cpu.processors, origin)
    # A feature that is not in the list does not exist. So there is no list if one of its sources is missing: on Arm,
    # only /dev/kvm shows the hypervisor level.
    el2 = arch == "aarch64" and root.exists("/dev/kvm")
    if cpu.flags is not None and (el2 or arch in _X86):
        more = {word for flag, word in FEATURES.items() if flag in cpu.flags} | ({"el2"} if el2 else set())
        yield Fact("cpu.features", sorted(cpu.flags | more), origin + (", /dev/kvm" if el2 else ""))
        yield Fact("cpu.complete", True, origin)


_X86 = frozenset({"x86_64", "i386", "i486", "i586", "i686"})


def _virtualized(root: Root, cpu: Cpuinfo, arch: str) -> Fact | None:
    xen = root.word("/sys/hypervisor/type") == "xen"
    features = root.word("/sys/hypervisor/properties/features") or "0"
    if xen and re.fullmatch(r"[0-9a-f]{1,16}", features) and int(features, 16) >> 11 & 1:
        return Fact(
            "virtualized", False, "/sys/hypervisor/properties/features"
        )  # dom0: not virtualized, although Xen is below it
    vendor, product = _board(root)
    if _machine(vendor, product) is not None:
        return Fact("virtualized", True, "/sys/class/dmi/id")
    if _INSTANCE.fullmatch(product) and vendor == "Amazon EC2":
        return Fact("virtualized", ".metal" not in product, "/sys/class/dmi/id")
    if cpu.flags is not None and arch in _X86 and not xen:
        return Fact("virtualized", "hypervisor" in cpu.flags, "/proc/cpuinfo")
    return None


_MACHINES = (
    ("QEMU", "", ""),
    ("VMware", "", ""),
    ("innotek GmbH", "VirtualBox", "virtualbox"),
    ("Oracle Corporation", "VirtualBox", "virtualbox"),
    ("Microsoft Corporation", "Virtual Machine", ""),
    ("Xen", "HVM domU", ""),
    ("Parallels", "Parallels", "parallels"),
    ("Apple Inc.", "Apple Virtualization", ""),
)
"""Vendor and product of the boards of virtual machines, and the platform if it is the only one with this board."""
_INSTANCE = lazy_pattern(r"[a-z][a-z0-9-]*\.[a-z0-9-]+")


def _machine(vendor: str, product: str) -> str | None:
    """Return the platform whose virtual machines have this board, "" for several platforms, ``None`` for none."""
    fits = (name for maker, kind, name in _MACHINES if vendor.startswith(maker) and product.startswith(kind))
    return next(fits, None)


def _board(root: Root) -> tuple[str, str]:
    return root.word("/sys/class/dmi/id/sys_vendor") or "", root.word("/sys/class/dmi/id/product_name") or ""


def _nested(root: Root, cpu: Cpuinfo) -> Iterator[Fact]:
    if cpu.flags is None or "CPU implementer" in cpu.words:
        return
    if not cpu.flags & {"vmx", "svm"}:
        yield Fact("nestedVirtualization", False, "/proc/cpuinfo")
    elif root.exists("/dev/kvm"):
        yield Fact("nestedVirtualization", True, "/proc/cpuinfo, /dev/kvm")


def _hypervisor(root: Root, virtualized: Fact | None) -> Iterator[Fact]:
    vendor, product = _board(root)
    rented = vendor == "Amazon EC2" and _INSTANCE.fullmatch(product)
    known = "aws-ec2" if rented else _machine(vendor, product)
    if known and virtualized and virtualized.value:
        yield Fact("hypervisor", known, "/sys/class/dmi/id")
    if rented:
        yield Fact("cloud.provider", "aws", "/sys/class/dmi/id/sys_vendor")
        yield Fact("cloud.instanceType", product, "/sys/class/dmi/id/product_name")


def _container(root: Root) -> str | None:
    """Return the kind of container; ``None`` if it is not certain, or if there is no word for it."""
    try:
        first = root.at("/proc/self/ns/pid").readlink() == Path("pid:[4026531836]")
    except OSError:
        return None
    signs = {sort for sort, shows in _signs(root) if shows}
    # The first process namespace of the kernel always has this number, and a container hardly ever runs in it. A
    # machine that runs an unpacked image has the number and the marks of the image: then nothing is certain.
    if first:
        return None if signs else "none"
    return signs.pop() if len(signs) == 1 and "other" not in signs else None


def _signs(root: Root) -> Iterator[tuple[str, bool]]:
    environment = (root.text("/proc/1/environ") or "").split("\0")
    mark = next((entry.partition("=")[2] for entry in environment if entry.startswith("container=")), "")
    mark = mark or root.word("/run/systemd/container") or ""
    groups, mounts = root.text("/proc/1/cgroup") or "", root.text("/proc/self/mountinfo") or ""
    yield "docker", mark == "docker" or root.exists("/.dockerenv") or "/docker" in groups
    is_lxcfs = re.search(r"^(?>.*? /proc/cpuinfo ).* - fuse\.lxcfs ", mounts, flags=re.MULTILINE) is not None
    yield "lxc", mark == "lxc" or "/lxc" in groups or is_lxcfs
    yield "other", mark not in ("", "docker", "lxc") or root.exists("/run/.containerenv") or "kubepods" in groups


def _binfmt(root: Root) -> Iterator[Fact]:
    folder = "/proc/sys/fs/binfmt_misc"
    state = root.word(f"{folder}/status")
    if state is None:
        return
    entries = [root.text(f"{folder}/{name}") or "" for name in root.names(folder) or ()] if state == "enabled" else []
    magics = [re.search(r"^magic ([0-9a-f]{40,})$", entry, re.M) for entry in entries if entry.startswith("enabled")]
    arches = {_ELF.get(_elf(bytes.fromhex(magic[1][:40]))) for magic in magics if magic}
    yield Fact("binfmt", sorted(f"linux/{arch}" for arch in arches if arch), folder)


def _elf(header: bytes) -> tuple[int, int, int]:
    """Return word size, byte order and machine of an ELF header."""
    return header[4], header[5], int.from_bytes(header[18:20], "little" if header[5] == 1 else "big")


_ELF = {
    (2, 1, 0x3E): "amd64", (1, 1, 0x03): "386", (2, 1, 0xB7): "arm64", (1, 1, 0x28): "arm", (2, 1, 0xF3): "riscv64",
    (2, 1, 0x15): "ppc64le", (2, 2, 0x15): "ppc64", (1, 2, 0x14): "ppc", (2, 2, 0x16): "s390x",
    (2, 1, 0x102): "loong64", (1, 2, 0x08): "mips", (1, 1, 0x08): "mipsle", (2, 2, 0x08): "mips64",
    (2, 1, 0x08): "mips64le", (2, 2, 0x2B): "sparc64", (1, 2, 0x04): "m68k", (2, 1, 0x9026): "alpha",
}  # fmt: skip


def is_version(text: str) -> bool:
    """Whether a text is a version as manifests write it."""
    try:
        Version(text)
    except ValueError:
        return False
    return text.isascii() and text.isprintable()
