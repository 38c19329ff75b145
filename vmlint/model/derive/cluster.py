"""What follows from the settings of a cluster: what its runtime classes mean, and where it emulates machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.findings.unknown import Unknown
from vmlint.model.features import named_values

if TYPE_CHECKING:
    from vmlint.model.workload import Workload

_MODES = {"kata": "kata", "gvisor": "gvisor", "runsc": "gvisor", "runc": "runc", "crun": "crun", "nvidia": "runc"}
"""Handlers of container runtimes -> modes. Many have a suffix: ``kata-qemu``. NVIDIA's prepare a container and pass it
to runc."""
_NAMES = ("kata", "gvisor", "runsc", "runc", "crun", "nvidia")
"""Well-known beginnings of the names of runtime classes. Each cluster chooses its names: any other decides nothing."""

_CLASSES = "host.cluster.runtimeClasses"
_KVM = "/dev/kvm"
_X86 = frozenset({"amd64", "386"})
_EXTENSIONS = frozenset({"vmx", "svm", "el2"})


def _handlers(workload: Workload) -> frozenset[str]:
    """Return the handlers that the cluster's objects name for the runtime class; none where they are not known."""
    pairs = (each.partition("=") for each in workload.host.cluster.get("runtime_classes", ()))
    return frozenset(handler for name, _, handler in pairs if name == workload.deployment.runtime_class)


def handler_of_class(workload: Workload) -> str:
    """Return the handler of the runtime class. Of a class that the cluster's objects do not name, it is the name."""
    found = _handlers(workload)
    if len(found) > 1:
        raise Unknown(_CLASSES)  # objects of several clusters
    return next(iter(found), workload.deployment.runtime_class)


def mode_of_class(workload: Workload) -> str:
    """Return the mode of a runtime class: its handler decides, or else its name."""
    handlers = _handlers(workload)
    if handlers:
        programs = named_values(workload.host.get("runtimes", frozenset()))
        modes = {_mode_of(programs.get(each, each)) for each in handlers}
        mode = modes.pop()
        if modes or mode is None:
            raise Unknown("deployment.mode")
        return mode
    for beginning in _NAMES:
        if workload.deployment.runtime_class.startswith(beginning):
            return _MODES[beginning]
    raise Unknown("deployment.mode")


def _mode_of(program: str) -> str | None:
    return _MODES.get(program) or _MODES.get(program.partition("-")[0])


def unless_emulated(workload: Workload, usual: str) -> str:
    """Return the usual mode, or emulation where the cluster falls back to that and its host leaves nothing else.

    The hardware is tried first, so without the facts of the host, either may be.
    """
    cluster, platform = workload.host.cluster, workload.platform
    if usual != "hw-assisted" or not cluster.get("software_emulation"):
        return usual
    if "emulation" not in platform.modes or platform.placement != "orchestrator":
        return usual
    return usual if _has_kvm(workload) else "emulation"


def _has_kvm(workload: Workload) -> bool:
    """Whether the host's kernel can run machines by the hardware. Raises ``Unknown``."""
    host = workload.host
    for name, there in (("present", True), ("absent", False)):
        if "device.kvm" in host.features.get(name, ()):
            return there
    if host.knows("devices"):
        return _KVM in host.devices
    flags = host.cpu.get("features", frozenset())
    if flags & _EXTENSIONS:
        return True
    if flags and host.knows("arch") and host.arch in _X86:
        return False
    raise Unknown("host.devices")
