from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from vmlint.api import Confidence, Finding, Severity, Unknown, Workload, finding, rule

from ..shared.labels import labelled
from ..shared.support import (
    COMPENSATING_CONTROL,
    Release,
    ask_for_licence,
    ended,
    guest_cycle,
    guest_release,
    has_ended,
    is_paid,
)
from ..shared.wording import listed


@rule(
    "VM704",
    "guest-eol",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("FV-A3", "FV-U1"),
    sources=("S-08",),
)
def guest_eol(workload: Workload) -> Iterator[Finding]:
    """A guest past its vendor's support keeps every hole that is found from now on.

    ## Why

    Running an old system is what virtual machines are good for: keep it off the network, and let nobody rely on it
    without knowing. Sources differ by years, so the finding names the phase, the source and the age of the data. Where
    it is only known that a release has ended, the finding names no day. For releases that vmlint has no dates of, those
    of libosinfo count, where its database is installed.

    ## Severity

    It is an error for a production workload that the public can reach, unless the label `vmlint/compensating-control`
    names what stands in front of it. It is a note for a guest that is on no network (`deployment.network.exposure:
    none`), and a warning otherwise. Some tools have one word for several releases, as Proxmox VE has `win7` for Windows
    7 and Server 2008 R2; where one of them has not ended, nothing is reported. The lists of VMware, VirtualBox and
    Parallels lag behind the releases, so people take the word of a similar one. The confidence of a finding that rests
    on such a list is medium.

    ## When it stays silent

    Support that is paid for counts when its licence is declared under `guest.licences`. Enterprise, LTSC and IoT
    editions live longer: state `guest.os.edition`, since the id alone means the general release, and `guest.os.version`
    (24H2), since it means the current one. The base image of a container is left to VM707.
    """
    if in_a_container(workload):
        return
    if not workload.guest.os.knows("id"):
        yield from _one_of_several_ended(workload)
        return
    release = guest_release(workload)
    if not has_ended(workload, release.cycle) or is_paid(workload, release):
        return
    exposed, nearest = _exposed_production(workload), _was_chosen_from_a_list(workload)
    editions = workload.guest_os.fact("lifecycle").get("editions")
    yield finding(
        release.path,
        f"{release.name}: {ended(workload, release)}",
        severity=_severity(workload),
        confidence=Confidence.MEDIUM if nearest else None,
        because=(*release.stated, exposed and "environment", exposed and "deployment.network.exposure"),
        help=(
            *ask_for_licence(workload, release),
            bool(editions)
            and "guest.os.edition" not in release.stated
            and "state guest.os.edition if it is a long-term edition",
            nearest and "the tool has a list of systems, and people take the nearest: is it really this one?",
            _way_out(workload),
        ),
    )


def _one_of_several_ended(workload: Workload) -> Iterator[Finding]:
    releases = possible_releases(workload)
    if any(not has_ended(workload, each.cycle) or is_paid(workload, each) for each in releases):
        return
    last = max(releases, key=lambda each: each.cycle.security_until or date.min)
    whichever = ", whichever it is" if len(releases) > 1 else ""
    yield finding(
        last.path,
        f"{listed((each.name for each in releases), 'or')}{whichever}: {ended(workload, last)}",
        severity=_severity(workload),
        confidence=Confidence.MEDIUM,
        because=("environment", "deployment.network.exposure") if _exposed_production(workload) else (),
        help=_way_out(workload),
    )


def _was_chosen_from_a_list(workload: Workload) -> bool:
    """Whether the release is a word of a tool's list, which may stand for a similar one that the list lacks."""
    os = workload.guest.os
    return os.states("one_of") and workload.guest_os.id in os.one_of


def _severity(workload: Workload) -> Severity:
    if _is_cut_off(workload):
        return Severity.NOTE
    exposed = _exposed_production(workload) and not labelled(workload, COMPENSATING_CONTROL)
    return Severity.ERROR if exposed else Severity.WARNING


def _way_out(workload: Workload) -> str:
    other = "" if _is_cut_off(workload) else ", or cut it off from the network"
    return f"move to a release that is still repaired{other}"


def _is_cut_off(workload: Workload) -> bool:
    return bool(workload.deployment.network.get("exposure") == "none")


def in_a_container(workload: Workload) -> bool:
    """Whether the guest is known to be a container's base image rather than an installed system."""
    deployment = workload.deployment
    return deployment.knows("architecture") and deployment.architecture == "container"


def _exposed_production(workload: Workload) -> bool:
    network = workload.deployment.network
    return (
        workload.knows("environment")
        and workload.environment == "production"
        and network.knows("exposure")
        and network.exposure == "public"
    )


def possible_releases(workload: Workload) -> list[Release]:
    """Return the releases of which the guest is one, where its tool has one word for several."""
    found = []
    for id in workload.guest.os.one_of:
        system = workload.catalog.guest(id)
        if system is None:
            raise Unknown("guest.os.id")
        licence = system.fact("lifecycle").get("paidLicence")
        found.append(Release(guest_cycle(workload.catalog, system), licence, "guest.os.oneOf", system.name))
    return found
