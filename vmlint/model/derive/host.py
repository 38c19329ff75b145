"""What follows about the machine underneath."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vmlint.findings.unknown import Unknown
from vmlint.model.derivation import Derivation
from vmlint.model.derive.builds import release_of_build

if TYPE_CHECKING:
    from vmlint.model.workload import Workload


_LEVEL_FLAGS = (
    ("v4", {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}),
    ("v3", {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"}),
    ("v2", {"cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"}),
)
"""CPU flags, as /proc/cpuinfo spells them, that each x86-64 level adds to the one below it (x86-64 psABI)."""

EVERY_AMD64 = frozenset({"cmov", "cx8", "fpu", "fxsr", "lm", "mmx", "sse", "sse2", "syscall"})
"""Flags of every 64-bit x86 CPU: a list that lacks one is an extract of /proc/cpuinfo's, and proves no level."""

_COME_LATER = frozenset({"avx", "avx2", "avx512f"})
"""Flags of CPUs that have all of x86-64-v2: a list that has one and lacks a flag of v2 is an extract, too."""


def _host_id(workload: Workload) -> str:
    os = workload.host.os
    return release_of_build(workload, "host.os.id", os.get("build"), os.stated().get("family"))


def _virtualized(workload: Workload) -> bool:
    stated = workload.host.cloud
    provider = stated.provider if stated.knows("provider") else ""
    service, cloud = workload.catalog.service(provider), workload.catalog.cloud(provider)
    if service is not None and service.has("cloud", "bareMetal"):
        return service.fact("cloud", "bareMetal") not in stated.instance_type
    metal = cloud.is_bare_metal(stated.instance_type) if cloud else None
    if metal is None:
        raise Unknown("host.virtualized")
    return not metal


def _host_family(workload: Workload) -> str:
    host = workload.host
    if host.os.knows("id"):
        found = workload.catalog.guest(host.os.id)
        if found:
            return found.family
    if host.knows("platform"):
        return host.platform.os
    if workload.deployment.platform.knows("id"):
        families = workload.platform.fact("host", "os")
        if len(families) == 1 and families[0] != "own":
            return str(families[0])
    raise Unknown("host.platform")


_ARCH_OF_VENDOR = {"intel": "amd64", "amd": "amd64", "apple": "arm64"}
"""Makers whose processors of the last two decades have one architecture, as far as they run virtual machines."""


def _host_arch(workload: Workload) -> str:
    host = workload.host
    if not host.states("platform") and host.states("cpu"):
        if host.cpu.states("level"):
            return "amd64"
        if host.cpu.states("vendor") and host.cpu.vendor in _ARCH_OF_VENDOR:
            return _ARCH_OF_VENDOR[host.cpu.vendor]
    return host.platform.arch


def _iommu(workload: Workload) -> bool:
    # Only its presence is conclusive: /proc/cpuinfo has no such flag, so a list without it proves nothing.
    if "iommu" in workload.host.cpu.get("features", ()):
        return True
    raise Unknown("host.iommu")


def _cpu_level(workload: Workload) -> str:
    cpu = workload.host.cpu
    if not cpu.knows("features") and cpu.knows("shown_model"):
        model = workload.catalog.cpu_model(cpu.shown_model)
        if model and model.level and model.level != "none":
            return model.level
    features = cpu.features
    if workload.host.arch != "amd64" or not features >= EVERY_AMD64:
        raise Unknown("host.cpu.level")
    level, have = "v1", True
    for name, flags in reversed(_LEVEL_FLAGS):
        have = have and flags <= features
        if have:
            level = name
    if level == "v1" and features & _COME_LATER:
        raise Unknown("host.cpu.level")
    return level


_ARM = frozenset({"fp", "asimd"})
"""Flags of every 64-bit Arm CPU."""

_PRINTED = (
    (r"Common KVM processor", "kvm64"),
    (r"Common 32-bit KVM processor", "kvm32"),
    (r"QEMU Virtual CPU .*", "qemu64"),
    (r"Intel Celeron_4x0 \(Conroe/Merom Class Core 2\)", "Conroe"),
    (r"Intel Core 2 Duo P9xxx \(Penryn Class Core 2\)", "Penryn"),
    (r"Intel Core i7 9xx \(Nehalem .*\)", "Nehalem"),
    (r"Westmere E56xx/L56xx/X56xx .*", "Westmere"),
    (r"Intel Xeon E312xx \(Sandy Bridge.*\)", "SandyBridge"),
    (r"AMD Opteron 240 \(Gen 1 Class Opteron\)", "Opteron_G1"),
    (r"AMD Opteron 22xx \(Gen 2 Class Opteron\)", "Opteron_G2"),
    (r"AMD Opteron 23xx \(Gen 3 Class Opteron\)", "Opteron_G3"),
)
"""What CPU models of QEMU print as their name -> the model."""


def _complete(workload: Workload) -> bool:
    features, arch = workload.host.cpu.features, workload.host.arch
    if arch == "amd64" and features >= EVERY_AMD64 | {"pni"}:
        return True
    if arch == "arm64" and features >= _ARM:
        return True
    raise Unknown("host.cpu.complete")


def _shown_model(workload: Workload) -> str:
    printed = workload.host.cpu.model
    for shape, model in _PRINTED:
        if re.fullmatch(shape, printed):
            return model
    raise Unknown("host.cpu.shownModel")


def _page_size(workload: Workload) -> int:
    if workload.host.arch in ("amd64", "386", "s390x"):
        return 4096  # these CPUs have no other base page
    version = workload.host.kernel.version.text
    for part, size in _PAGES:
        if re.search(part, version):
            return size
    raise Unknown("host.kernel.pageSize")


_PAGES = (
    (r"\+rpt-rpi-2712|-v8-16k\+?$|-16k\b|asahi", 16384),
    (r"\+64k\b|-64k\b|\.64k\b", 65536),
    (r"\+rpt-rpi-v8|-v8\+$", 4096),
)
"""Flavours of kernels, as their versions name them -> the size of a page (Raspberry Pi OS, Asahi, RHEL, Ubuntu)."""


def _cgroup_version(workload: Workload) -> str:
    words = workload.host.kernel.get("cmdline", ())
    if "systemd.unified_cgroup_hierarchy=1" in words or "cgroup_no_v1=all" in words:
        return "2"
    if "systemd.unified_cgroup_hierarchy=0" in words or "systemd.unified_cgroup_hierarchy" in words:
        return "hybrid"
    offers, kernel, os = workload.catalog.offers, workload.host.kernel, workload.host.os
    system = workload.catalog.guests.entry_id(os.id) if os.knows("id") else None
    vendors = offers.kernel(kernel.version.text if kernel.knows("version") else "", system)
    for version, other in (("1", "2"), ("2", "1")):
        for who in vendors:
            here, there = offers.about(who, f"cgroup.v{version}"), offers.about(who, f"cgroup.v{other}")
            if any(offer.does == "provides" for offer in here) or any(offer.does == "absent" for offer in there):
                return version
    raise Unknown("host.cgroup.version")


HOST = (
    Derivation("host.cpu.complete", ("host.cpu.features",), "it has the flags of every CPU of its kind", _complete),
    Derivation("host.cpu.shownModel", ("host.cpu.model",), "QEMU's models print their own names", _shown_model),
    Derivation(
        "host.kernel.pageSize",
        ("host.kernel.version", "host.platform"),
        "the CPU knows one size only, or the version names the flavour of the kernel",
        _page_size,
    ),
    Derivation(
        "host.cgroup.version",
        ("host.kernel.cmdline", "host.os.id"),
        "a release starts with one version unless its command line asks for the other",
        _cgroup_version,
    ),
    Derivation("host.os.id", ("host.os.build",), "a build of Windows belongs to one release", _host_id),
    Derivation(
        "host.os.family",
        ("host.os.id", "host.platform", "deployment.platform.id"),
        "the id of an operating system determines its family; some platforms run on one family only",
        _host_family,
    ),
    Derivation(
        "host.virtualized",
        ("host.cloud.instanceType", "host.cloud.provider"),
        "a rented machine is a virtual one unless its type is metal",
        _virtualized,
    ),
    Derivation("host.iommu", ("host.cpu.features",), "the features that are listed include iommu", _iommu),
    Derivation(
        "host.arch",
        ("host.platform", "host.cpu.level", "host.cpu.vendor"),
        "a platform names its CPU; the levels are those of x86-64; most makers of CPUs make one kind",
        _host_arch,
    ),
    Derivation(
        "host.cpu.level",
        ("host.cpu.features", "host.cpu.shownModel"),
        "the CPU's flags, or the model that a virtual machine is shown, determine its x86-64 level",
        _cpu_level,
    ),
)
