"""Guests that may be emulated."""

from __future__ import annotations

from vmlint.api import Repair, Workload, foreign, repair

from .modes import mode_is_stated, offers

NOT_EMULATED = {
    "guest.platform": "names a CPU architecture that the host runs itself",
    "deployment.mode": "is not emulation",
}
"""How "fits if" goes on where it is not settled whether the guest is emulated."""


def may_be_emulated(workload: Workload) -> bool:
    """Whether a machine may turn out to be emulated, whatever its platform.

    Where nobody chose it, that is for a CPU that the host's does not run, or in a cluster that falls back to it.
    """
    if workload.deployment.knows("mode"):
        return bool(workload.deployment.mode == "emulation")
    guest, host = workload.guest, workload.host
    runs_itself = guest.knows("arch") and host.knows("arch") and not foreign(guest.arch, host.arch)
    return not runs_itself or bool(host.cluster.get("software_emulation"))


def why_emulated(workload: Workload) -> tuple[str, ...]:
    """Return the field that explains why a guest is emulated where nobody chose that for it: its cluster's setting."""
    falls_back = workload.host.cluster.get("software_emulation") and not mode_is_stated(workload)
    return ("host.cluster.softwareEmulation",) if falls_back else ()


def hardware_instead(workload: Workload) -> tuple[Repair, ...]:
    """Propose that the CPU runs the guest, where the platform offers it."""
    if not offers(workload, "hw-assisted"):
        return ()
    return (repair("the CPU runs the guest itself, where it is the guest's own kind", mode="hw-assisted"),)
