"""What a guest needs of the hardware below."""

from __future__ import annotations

from vmlint.api import Workload

X86 = frozenset({"amd64", "386"})
"""CPU architectures with the hardware of a PC: what virtual hardware is described for unless something else is said."""

X86_EXTENSIONS = frozenset({"vmx", "svm"})
"""CPU flags of Intel's VT-x and AMD's AMD-V as /proc/cpuinfo spells them (S-01, S-14)."""

EXTENSIONS = X86_EXTENSIONS | {"el2"}
"""What says that a CPU can run guests: flags of x86, and vmlint's own word for Arm's hypervisor level."""


def needs_of_host(workload: Workload, mode: str = "") -> set[str]:
    """Return what the platform needs of the host's CPU in a mode, or else in the chosen one, on the host's system."""
    platform, host = workload.platform, workload.host.os
    by_system = platform.data["host"].get("requiresByOs", {})
    extra = by_system.get(host.family, ()) if by_system and host.knows("family") else ()
    return {*platform.requires(mode or workload.deployment.mode), *extra}
