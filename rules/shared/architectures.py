"""Groups of the article's five words, and which platforms implement one."""

from __future__ import annotations

from vmlint.api import Platform, Workload

ALL_ARCHITECTURES = ("type1", "type2", "paravirtualization", "container", "full-virtualization")
"""All five words: such a rule needs a deployment, whichever it is."""

VIRTUAL_MACHINES = ("type1", "type2", "paravirtualization", "full-virtualization")
"""The words under which a guest boots a system of its own, and keeps the memory that it is given."""

POSSIBLY_EMULATED = ("type1", "type2", "full-virtualization")
"""The words under which a virtual machine may turn out to be emulated."""

HOSTED = ("type2", "full-virtualization", "paravirtualization")
"""The words under which the article names hosted hypervisors (T2-E1, T2-E2, FV-E1, FV-E2), and one that others give to
their virtio drivers; it silences nothing."""

PV_CAPABLE = ("type1", "paravirtualization")
"""The words under which a platform offers classic PV."""

DESCRIBED = {
    "full-virtualization": frozenset({"hw-assisted", "pvhvm", "emulation"}),
    "paravirtualization": frozenset({"pv", "pvh", "pvhvm"}),
}
"""The modes that two of the article's words describe, whatever platform has them (FV-C2, PV-S1, PV-S2)."""


def is_desktop_hypervisor(platform: Platform) -> bool:
    """Whether a platform is a hypervisor that runs as a program on somebody's desktop.

    QEMU is hosted by nature but no desktop product: with KVM it is what servers run, without it VM502 reports it.
    """
    return platform.hosted and "type2" in platform.architectures


def implements(workload: Workload, architecture: str) -> bool:
    """Whether a platform goes by an architecture, or has the mode that it describes."""
    platform, stated = workload.platform, workload.deployment.stated().get("mode")
    modes = platform.modes.keys() & ({stated} if stated else platform.modes.keys())
    return architecture in platform.architectures or bool(modes & DESCRIBED.get(architecture, frozenset()))


def loosely_fits(workload: Workload, architecture: str) -> bool:
    """Whether a platform runs machines, and a word for machines does not contradict where it sits."""
    platform, stated = workload.platform, workload.deployment.stated().get("mode")
    if architecture == "container":
        return False
    if (architecture == "type1" and is_desktop_hypervisor(platform)) or (
        architecture == "type2" and platform.placement == "bare-metal"
    ):
        return False
    modes = [workload.catalog.modes[name] for name in platform.modes]
    in_machines = all(mode.boundary == "vm" for mode in modes) or (
        stated in platform.modes and workload.catalog.modes[str(stated)].boundary == "vm"
    )
    return in_machines or any(not mode.is_container for mode in modes)
