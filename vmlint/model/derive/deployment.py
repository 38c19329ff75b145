"""What follows about the deployment, mostly from the platform that was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmlint.findings.unknown import Unknown
from vmlint.model.derivation import Derivation
from vmlint.model.derive.cluster import handler_of_class, mode_of_class, unless_emulated
from vmlint.model.values import foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vmlint.model.workload import Workload


XEN_MODES = frozenset({"pv", "pvh", "pvhvm"})
"""Modes in which a guest's kernel or its drivers know Xen: what Xen and its products mean by paravirtualization."""


def _of_generation(field: str, first: Any, second: Any = None) -> Callable[[Workload], Any]:
    """Return what follows from Hyper-V's generation: 1 is a plain BIOS machine, 2 has UEFI."""

    def derive(workload: Workload) -> Any:
        value = {"1": first, "2": second}.get(workload.deployment.get("generation", ""))
        if value is None:
            raise Unknown(f"deployment.firmware.{field}")
        return value

    return derive


def _generation(workload: Workload) -> Any:
    """Return the generation that has a stated firmware, on a product whose machines have generations."""
    deployment = workload.deployment
    found = {"bios": "1", "uefi": "2"}.get(deployment.firmware.stated().get("type", ""))
    if found is None or "generation1" not in workload.platform.data.get("limits", {}):
        raise Unknown("deployment.generation")
    return found


def possible_architectures(workload: Workload) -> tuple[frozenset[str], str]:
    """Return the architectures that the deployment may have, and the field that would settle which.

    A rule that applies to all of them need not know which it is.
    """
    deployment = workload.deployment
    if deployment.knows("architecture"):
        return frozenset({deployment.architecture}), ""
    try:
        words = workload.platform.architectures.keys()
    except Unknown as missing:
        mode = deployment.stated().get("mode")
        container = workload.catalog.modes[mode].is_container if mode else _container_by_hardware(workload)
        any_word = workload.catalog.architectures
        possible = (word for word in any_word if container is None or (word == "container") == container)
        return frozenset(possible), missing.path
    return frozenset(_words_for(workload, words)), "deployment.architecture"


def _container_by_hardware(workload: Workload) -> bool | None:
    """Return false where virtual hardware is stated, which no container has; ``None`` where nothing says."""
    deployment = workload.deployment
    machine = deployment.states("machine") or deployment.states("generation")
    return False if machine or deployment.states("devices") or deployment.states("firmware") else None


def _words_for(workload: Workload, words: Iterable[str]) -> list[str]:
    """Return the words that a stated mode can mean: that of containers for an image, else those of machines.

    No container has a machine type.
    """
    deployment = workload.deployment
    mode = deployment.stated().get("mode")
    if mode is None:
        machine = deployment.states("machine") or deployment.states("generation")
        return [word for word in words if not (machine and word == "container")] or list(words)
    container = workload.catalog.modes[mode].is_container
    offered = workload.platform.architectures
    return [word for word in words if offered[word] == mode or (word == "container") == container]


def _architecture(workload: Workload) -> str:
    offered = workload.platform.architectures
    words = _words_for(workload, offered)
    if words and len({offered[word] for word in words}) == 1:
        return words[0]  # one word, or several for the same mode: the first is the platform's own
    mode = workload.deployment.stated().get("mode")
    exact = [word for word in words if mode and offered[word] == mode]
    if exact:
        return exact[0]
    raise Unknown("deployment.architecture")


def _mode(workload: Workload) -> str:
    deployment = workload.deployment
    if deployment.states("runtime_class"):
        return mode_of_class(workload)
    architecture = deployment.architecture
    usual = workload.platform.architectures.get(architecture)
    if usual:
        return _unless_ruled_out(workload, unless_emulated(workload, usual))
    if architecture != "container":
        return _machine_mode(workload, architecture)
    return _windows_mode(workload)


def _machine_mode(workload: Workload, architecture: str) -> str:
    """Return the mode that a word for machines means on a platform that goes by another one (VM620), or by several."""
    modes = workload.platform.modes.keys()
    xen = modes & XEN_MODES if architecture == "paravirtualization" else set()
    if len(xen) == 1:
        return str(*xen)
    if "hw-assisted" in modes and not xen:
        # A foreign CPU leaves only emulation, where there is any; for the host's own, hardware does it.
        emulated = "emulation" in modes and foreign(workload.guest.arch, workload.host.arch)
        return "emulation" if emulated else "hw-assisted"
    if len(modes) == 1 and workload.catalog.modes[only := next(iter(modes))].boundary == "vm":
        return only
    raise Unknown("deployment.mode")


def _unless_ruled_out(workload: Workload, usual: str) -> str:
    """Return a platform's usual mode, unless a host or a guest of another family rules it out.

    Docker's usual mode is runc; Windows has no runc, and servers and desktops differ in what they use instead.
    """
    mode = workload.catalog.modes[usual]
    if mode.is_container:
        host, guest = workload.platform, workload.guest.os
        if host.has("host", "kernelFamily"):
            family = host.fact("host", "kernelFamily")
        elif workload.host.os.knows("family"):
            family = workload.host.os.family
        else:
            family = guest.family if guest.knows("family") else None
        if family and family not in mode.data.get("families", (family,)):
            return _windows_mode(workload)
    return usual


def _windows_mode(workload: Workload) -> str:
    """Return the isolation that a Windows host uses by default, where that is certain."""
    host, guest = workload.host.os, workload.guest.os
    windows = all(os.knows("family") and os.family == "windows" for os in (host, guest))
    modes = workload.catalog.modes
    usual = {modes[name].fact("usualOn"): name for name in workload.platform.modes if modes[name].has("usualOn")}
    if windows and len(usual) == 1:
        return next(iter(usual.values()))  # an orchestrator with only one mode
    release = workload.catalog.guest(host.id) if windows and host.knows("id") else None
    if usual and release and release.known:
        return usual["desktop" if release.data.get("desktop") else "server"]
    raise Unknown("deployment.mode")


def _kernel_family(workload: Workload) -> str:
    host, platform = workload.host.os, workload.platform
    if not platform.has("host", "kernelFamily"):
        return host.family
    if host.knows("family") and host.family in platform.data["host"].get("experimentalOs", ()):
        return host.family  # a port that runs on the system itself, without a hidden Linux machine
    family = str(platform.fact("host", "kernelFamily"))
    if workload.deployment.knows("mode"):
        families: list[str] = workload.mode.data.get("families", [])
        if families and family not in families:
            return families[0]  # Docker Desktop with process isolation: Windows, not its hidden Linux machine
    return family


DEPLOYMENT = (
    Derivation(
        "deployment.firmware.type",
        ("deployment.generation",),
        "Hyper-V's generation decides the firmware",
        _of_generation("type", "bios", "uefi"),
    ),
    Derivation(
        "deployment.firmware.secureBoot",
        ("deployment.generation",),
        "generation 1 of Hyper-V has no UEFI",
        _of_generation("secureBoot", False),
    ),
    Derivation(
        "deployment.firmware.tpm",
        ("deployment.generation",),
        "generation 1 of Hyper-V has no TPM",
        _of_generation("tpm", "none"),
    ),
    Derivation(
        "deployment.generation",
        ("deployment.firmware.type", "deployment.platform.id"),
        "on Hyper-V a BIOS makes a machine of generation 1, and UEFI one of generation 2",
        _generation,
    ),
    Derivation(
        "deployment.architecture",
        ("deployment.platform.id", "deployment.mode"),
        "the platform offers one architecture",
        _architecture,
    ),
    Derivation(
        "deployment.mode",
        ("deployment.runtimeClass", "deployment.architecture", "deployment.platform.id", "host.os.id"),
        "the platform runs that architecture in one mode by default, on a Windows host by what kind of host it is",
        _mode,
    ),
    Derivation(
        "deployment.runtimeHandler",
        ("deployment.runtimeClass",),
        "the runtime classes of the cluster say it, and elsewhere names are those of handlers",
        handler_of_class,
    ),
    Derivation(
        "deployment.kernelFamily",
        ("deployment.platform.id", "host.os.id", "host.platform"),
        "containers share the kernel of their host, or of the hidden VM their platform brings",
        _kernel_family,
    ),
)
