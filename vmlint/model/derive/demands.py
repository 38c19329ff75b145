"""What the settings of a deployment demand of its host: graphics processors, and the CPU that a model stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vmlint.model.derive.need import Need
from vmlint.model.features import FeatureNeed
from vmlint.patterns import lazy_pattern

if TYPE_CHECKING:
    from vmlint.catalog import Platform
    from vmlint.model.workload import Workload

INSTRUCTIONS = (
    "avx512f", "avx2", "avx", "sse4_2", "sse4_1", "ssse3", "pni", "avx512bw", "avx512cd", "avx512dq", "avx512vl",
    "avx512_vnni", "avx512_bf16", "amx_tile", "fma", "f16c", "bmi1", "bmi2", "aes", "pclmulqdq", "sha_ni", "popcnt",
    "abm", "adx", "rdseed", "vaes", "gfni", "vpclmulqdq", "cx16", "lahf_lm", "sse4a", "3dnowprefetch", "xop", "fma4",
    "tbm", "svm", "vmx", "hle", "rtm",
)  # fmt: skip
"""Flags of instructions that a hypervisor passes on and does not imitate, the most telling first.

KVM itself provides others, such as x2apic, tsc_deadline_timer and umip, so the host need not have them.
"""

OF_VARIANTS = frozenset({"hle", "rtm"})
"""Flags that some versions and variants of a model lack: Haswell has them, Haswell-noTSX and Skylake-Server-v5 not."""
_VARIANT = lazy_pattern(r"-(?:notsx|v[0-9]+)", re.IGNORECASE)


def _platform(workload: Workload) -> Platform | None:
    chosen = workload.deployment.platform
    return workload.catalog.platform(chosen.id) if chosen.knows("id") else None


def gpus(workload: Workload) -> Iterator[Need]:
    """Yield the graphics processors that a pod asks of its node."""
    count, platform = workload.requirements.devices.gpu.count, _platform(workload)
    if count and platform and platform.placement == "orchestrator":
        asked = FeatureNeed("capacity.gpus", ">=", str(count))
        yield Need(asked, "the deployment", "requirements.devices.gpu.count")


def _of_cpu(workload: Workload) -> Iterator[Need]:
    """Yield the instructions that a machine is promised: those that it names, and those that its model shows.

    Of the latter, one that the host lacks is enough, and counts where the platform starts no machine then. With all
    that its host's processor can do, a machine starts whatever else is named.
    """
    deployment = workload.deployment
    model = workload.catalog.cpu_model(deployment.get("cpu_model", ""))
    if deployment.get("mode", "emulation") == "emulation" or (model and model.host == "whole"):
        return
    flags = deployment.get("cpu_flags", ())
    for flag in INSTRUCTIONS:
        if flag in flags:
            yield Need(FeatureNeed(f"cpu.{flag}"), "the machine", "deployment.cpuFlags", entry=flag)
    platform = _platform(workload)
    if not model or model.host or not platform or not platform.data.get("cpuModels", {}).get("enforced"):
        return
    lacking = next((flag for flag in _of_model(workload) if flag not in flags), None)
    if lacking:
        yield Need(FeatureNeed(f"cpu.{lacking}"), f"the CPU model {deployment.cpu_model}", "deployment.cpuModel")


def _of_model(workload: Workload) -> Iterator[str]:
    """Yield the instructions that the CPU model shows, and the host is known to lack."""
    cpu, name = workload.host.cpu, workload.deployment.cpu_model
    if not cpu.knows("features") or not cpu.get("complete", False) or workload.host.get("arch", "amd64") != "amd64":
        return
    there = cpu.features
    for flag in INSTRUCTIONS:
        told = flag not in OF_VARIANTS or not _VARIANT.search(name)
        if told and flag not in there and workload.catalog.cpu_shows(name, flag):
            yield flag


def demands(workload: Workload) -> Iterator[Need]:
    """Yield what the settings of a deployment demand. Most workloads have none of them."""
    deployment = workload.deployment
    if deployment.states("cpu_model") or deployment.states("cpu_flags"):
        yield from _of_cpu(workload)
