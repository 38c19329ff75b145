"""What follows about the machine underneath."""

from __future__ import annotations

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
    if service is not None:
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


def _host_arch(workload: Workload) -> str:
    return workload.host.platform.arch


def _iommu(workload: Workload) -> bool:
    # Only its presence is conclusive: /proc/cpuinfo has no such flag, so a list without it proves nothing.
    if "iommu" in workload.host.cpu.get("features", ()):
        return True
    raise Unknown("host.iommu")


def _cpu_level(workload: Workload) -> str:
    features = workload.host.cpu.features
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


HOST = (
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
    Derivation("host.arch", ("host.platform",), "a platform names its CPU", _host_arch),
    Derivation(
        "host.cpu.level",
        ("host.cpu.features",),
        "the CPU's flags determine its x86-64 level",
        _cpu_level,
    ),
)
