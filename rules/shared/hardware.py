"""What a guest needs of the hardware below."""

from __future__ import annotations

import re

from vmlint.api import Workload

X86 = frozenset({"amd64", "386"})
"""CPU architectures with the hardware of a PC: what virtual hardware is described for unless something else is said."""

X86_EXTENSIONS = frozenset({"vmx", "svm"})
"""CPU flags of Intel's VT-x and AMD's AMD-V as /proc/cpuinfo spells them (S-01, S-14)."""

EXTENSIONS = X86_EXTENSIONS | {"el2"}
"""What says that a CPU can run guests: flags of x86, and vmlint's own word for Arm's hypervisor level."""


SECOND_LEVEL_TRANSLATION = frozenset({"ept", "npt"})
"""CPU flags of Intel's and AMD's second-level address translation (S-14, S-15)."""

OF_THE_EXTENSIONS = frozenset({"tpr_shadow", "vnmi", "flexpriority", "vpid", "lbrv", "svm_lock", "nrip_save"})
"""CPU flags that Linux prints beside ept and npt: a list with one of them names the parts of the extensions."""

BEFORE_SLAT = re.compile(
    r"Core\(TM\)\s?2\b|Core\(TM\) (Duo|Solo)\b|Pentium\(R\) (4|D)\b|Pentium\(R\) Dual", re.IGNORECASE
)
"""Names of Intel's CPUs from before Nehalem, the first with EPT (R13-702)."""


def lacks_slat(workload: Workload) -> bool:
    """Whether an x86 CPU surely has no second-level address translation, by its flags or by its name.

    A list of flags that names parts of VT-x or AMD-V, or is complete, was not shortened by hand.
    """
    cpu = workload.host.cpu
    if cpu.knows("model") and BEFORE_SLAT.search(cpu.model):
        return True
    flags = cpu.get("features", frozenset())
    if not flags & X86_EXTENSIONS or flags & SECOND_LEVEL_TRANSLATION:
        return False
    return bool(flags & OF_THE_EXTENSIONS or cpu.get("complete"))


def needs_of_host(workload: Workload, mode: str = "") -> set[str]:
    """Return what the platform needs of the host's CPU in a mode, or else in the chosen one, on the host's system."""
    platform, host = workload.platform, workload.host.os
    by_system = platform.data["host"].get("requiresByOs", {})
    extra = by_system.get(host.family, ()) if by_system and host.knows("family") else ()
    return {*platform.requires(mode or workload.deployment.mode), *extra}
