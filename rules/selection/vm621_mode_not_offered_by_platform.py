from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Mode, Platform, Repair, Severity, Version, Workload, finding, repair, rule

from ..shared.architectures import implements, loosely_fits
from ..shared.wording import listed

XEN_MODES = frozenset({"pv", "pvh"})
"""Modes of Xen itself. A product built on Xen may have them although its entry is silent."""


@rule(
    "VM621",
    "mode-not-offered-by-platform",
    Severity.ERROR,
    article=("CT-S2", "PV-S1"),
    sources=("S-22", "S-27", "S-42", "P-12", "P-13", "P-15", "P-16", "P-19", "P-25"),
    fits_if={
        "deployment.mode": "is one that the platform offers",
        "deployment.platform.version": "is one that offers the mode {deployment.mode}",
        "deployment.platform.id": "names a platform that offers the mode",
    },
)
def mode_not_offered_by_platform(workload: Workload) -> Iterator[Finding]:
    """A platform runs code in certain modes, some only from a certain version on or up to one.

    ## Why

    The mode decides whose kernel runs, what the CPU must be able to do and how strong the boundary is. A mode that the
    platform does not have in the stated version cannot be started there; classic PV exists on x86 alone. A mode that
    contradicts the stated architecture, such as a container in a hypervisor's mode, means that one of the two words is
    a mistake.

    ## When it stays silent

    Classic PV on a release that dropped it is left to VM303. Xen's own modes on a product built on Xen are not judged
    where its vendor's word was not read.
    """
    if not workload.deployed:
        return
    deployment = workload.deployment
    if not deployment.knows("mode") and not deployment.states("runtime_class"):
        return  # no mode was chosen
    name, mode = deployment.mode, workload.mode
    known = deployment.platform.knows("id") and workload.catalog.platform(deployment.platform.id)
    word = deployment.stated().get("architecture")
    if word and _contradicts(word, mode):
        if not known or implements(workload, word) or loosely_fits(workload, word):  # else VM620 reports the word
            yield finding(
                "deployment.mode",
                f"{name} ({mode.name}) is not a way to run the architecture {word}",
                because=("deployment.architecture",),
                repairs=_usual_modes(known, word) if known else (),
            )
        return
    platform = workload.platform
    offer = platform.modes.get(name)
    if offer is None:
        if name in XEN_MODES and platform.has("devices", "driver") and platform.fact("devices", "driver") == "xen":
            raise platform.unknown("modes", name)
        yield finding(
            "deployment.mode",
            f"{platform.name} has no mode {name}; it has {listed(platform.modes)}",
            because=("deployment.platform.id",),
            repairs=_usual_modes(platform, word),
        )
    elif "arch" in offer and workload.host.knows("arch") and workload.host.arch not in offer["arch"]:
        yield finding(
            "deployment.mode",
            f"{platform.name} has the mode {name} on {listed(offer['arch'], 'or')} hosts only, not on "
            f"{workload.host.arch}",
            because=("host.platform", "deployment.platform.id"),
            repairs=_usual_modes(platform, word),
        )
    elif "since" in offer and deployment.platform.version < Version(offer["since"]):
        yield finding(
            "deployment.mode",
            f"{platform.name} has the mode {name} only since {offer['since']}, not in {deployment.platform.version}",
            because=("deployment.platform.version",),
            repairs=(repair("the first version with that mode", platform__version=offer["since"]),),
        )
    elif "removed" in offer and name != "pv" and deployment.platform.version >= Version(offer["removed"]):
        yield finding(
            "deployment.mode",
            f"{platform.name} {deployment.platform.version} lost the mode {name} in {offer['removed']}",
            because=("deployment.platform.version",),
            repairs=_usual_modes(platform, word),
        )


def _contradicts(architecture: str, mode: Mode) -> bool:
    if architecture == "container":
        return not mode.is_container
    if architecture == "full-virtualization" and mode.id in XEN_MODES:
        return True  # its kernel has to know Xen
    return mode.is_container and mode.boundary != "vm"  # a container in a virtual machine may be called either


def _usual_modes(platform: Platform, architecture: str | None) -> Iterator[Repair]:
    usual = platform.architectures
    modes = [usual.get(architecture)] if architecture else list(usual.values())
    for mode in dict.fromkeys(modes):
        if mode:
            yield repair(f"the usual mode of {platform.name}", mode=mode)
