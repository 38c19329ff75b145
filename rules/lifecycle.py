"""Lifecycle: platforms and guests whose vendor has stopped repairing them, and names nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from vmlint.api import Confidence, Finding, Severity, Unknown, Workload, finding, rule

from .families import has_no_image
from .listing import listed
from .looks import each_alone
from .support import (
    COMPENSATING_CONTROL,
    Release,
    ask_for_licence,
    ended,
    guest_release,
    has_ended,
    host_release,
    is_declared,
    is_paid,
    move_to_newest,
    newest_supported,
    paid_lasts,
    platform_release,
    possible_releases,
    ways_on,
)
from .wording import labelled

MAINTAINED_ELSEWHERE = {
    "host.os.id": "that is its own project's word: find out who maintains the packages, and until when",
    "host.cloud.provider": "that is its own project's word: a managed service repairs releases by dates of its own, and"
    " often for an extra price after those; look them up there",
}
"""What to ask where a distribution or a cloud may maintain a platform for longer, by the field that names it."""

LISTED_BY = "ids are libosinfo's short ids, such as win2k22 or debian12; `osinfo-query os` lists them"


@rule(
    "VM701",
    "platform-eol",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("CH-8", "T1-E1", "T1-E3", "T2-E2"),
    sources=("S-08", "S-13", "P-02", "P-03"),
)
def platform_eol(workload: Workload) -> Iterator[Finding]:
    """A platform past its vendor's support gets no repair for the next hole in the wall between guests.

    The hypervisor, or the container engine, is what the isolation of everything above it rests on. Once security
    support has ended, holes stay open. In production that is an error, elsewhere a warning. What counts is the end of
    security support, not of the phase with new features.

    An engine or orchestrator that a stated Linux distribution packages, or that a stated cloud runs, may be maintained
    there longer than by its own project, so then it is advice.

    Declared paid support (for the Hyper-V role `microsoft-esu` under `guest.licences`) makes it an advice while that
    phase lasts. Silent where the version is not stated, or is newer than the lifecycle data; one that is older than all
    of them has ended with the oldest. Dates differ between sources, so the finding names the phase, the source and the
    age of the data; `--today` freezes the day.

    The same is said of the system on the host (`host.os`), on which the platform rests: Hyper-V and bhyve are a part of
    it, and containers run on its kernel. It is a warning of medium confidence, and advice while a paid phase lasts,
    since nobody states what was bought for a host. Of a platform that is part of its host it is told once.
    """
    if workload.deployed:
        yield from each_alone((partial(_platform_ended, workload), partial(_host_ended, workload)))


def _platform_ended(workload: Workload) -> Iterator[Finding]:
    release = platform_release(workload)
    if release is None or not has_ended(workload, release.cycle):
        return
    paid, declared = is_paid(workload, release), is_declared(workload, release.licence)
    elsewhere = release.elsewhere
    production = workload.knows("environment") and workload.environment == "production" and not elsewhere
    older = f" is older than {release.oldest.cycle}" if release.oldest else ""
    yield finding(
        release.path,
        f"{release.name}{older}: {ended(workload, release)}",
        severity=Severity.NOTE if paid or elsewhere else Severity.ERROR if production else Severity.WARNING,
        because=(
            *(["environment"] if production else []),
            *(["guest.licences"] if declared else []),
            *([elsewhere] if elsewhere else []),
        ),
        help=(
            *([MAINTAINED_ELSEWHERE[elsewhere]] if elsewhere else []),
            *ways_on(workload, release),
        ),
        repairs=move_to_newest(workload, release.cycle) if not workload.platform.has("retired") else (),
    )


def _host_ended(workload: Workload) -> Iterator[Finding]:
    release = host_release(workload)
    if release is None or not has_ended(workload, release.cycle) or _is_the_platform(workload, release):
        return
    yield finding(
        release.path,
        f"the host runs {release.name}: {ended(workload, release)}",
        severity=Severity.NOTE if paid_lasts(workload, release.cycle) else Severity.WARNING,
        confidence=Confidence.MEDIUM,
        because=("deployment.platform.id",),
        help="move the host to a release that is still repaired",
    )


def _is_the_platform(workload: Workload, host: Release) -> bool:
    """Tell whether the platform is a part of the host's system, and its stated version judged as that."""
    try:
        release = platform_release(workload)
    except Unknown:
        return False
    return release is not None and release.cycle.product == host.cycle.product


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

    Running an old system is what virtual machines are good for, so this is a warning: keep it off the network, and let
    nobody rely on it without knowing. It is an error for a production workload that the public can reach, unless the
    label `vmlint/compensating-control` names what stands in front of it. It is advice only for a guest that is on no
    network (`deployment.network.exposure: none`).

    Support that is paid for counts when its licence is declared under `guest.licences`. Enterprise, LTSC and IoT
    editions live longer: state `guest.os.edition`, since the id alone means the general release, and `guest.os.version`
    (24H2), since it means the current one. Sources differ by years, so the finding names the phase, the source and the
    age of the data. The base image of a container is judged by VM707.

    Some tools have one word for several releases, as Proxmox VE has `win7` for Windows 7 and Server 2008 R2. Where all
    of them have ended it is told with medium confidence, since people take a neighbour's word too; else nothing is.
    """
    if in_a_container(workload):
        return
    if not workload.guest.os.knows("id"):
        yield from _one_of_several_ended(workload)
        return
    release = guest_release(workload)
    if not has_ended(workload, release.cycle) or is_paid(workload, release):
        return
    exposed = _exposed_production(workload)
    editions = workload.guest_os.fact("lifecycle").get("editions")
    yield finding(
        release.path,
        f"{release.name}: {ended(workload, release)}",
        severity=_gravity(workload),
        because=(*release.stated, *(["environment", "deployment.network.exposure"] if exposed else [])),
        help=(
            *ask_for_licence(workload, release),
            *(
                ["state guest.os.edition if it is a long-term edition"]
                if editions and "guest.os.edition" not in release.stated
                else []
            ),
            _way_out(workload),
        ),
    )


def _one_of_several_ended(workload: Workload) -> Iterator[Finding]:
    releases = possible_releases(workload)
    if any(not has_ended(workload, each.cycle) or is_paid(workload, each) for each in releases):
        return
    last = max(releases, key=lambda each: each.cycle.security_until or workload.today)
    whichever = ", whichever it is" if len(releases) > 1 else ""
    yield finding(
        last.path,
        f"{listed((each.name for each in releases), 'or')}{whichever}: {ended(workload, last)}",
        severity=_gravity(workload),
        confidence=Confidence.MEDIUM,
        because=("environment", "deployment.network.exposure") if _exposed_production(workload) else (),
        help=_way_out(workload),
    )


def _gravity(workload: Workload) -> Severity:
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
    """Tell whether the guest is known to be a container's base image rather than an installed system."""
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


@rule(
    "VM707",
    "container-base-eol",
    Severity.WARNING,
    sources=("S-08", "R5-01", "R5-05"),
    architectures=("container",),
    fits_if={"guest.os.id": "names a release that is still repaired"},
)
def container_base_eol(workload: Workload) -> Iterator[Finding]:
    """A container brings its own libraries, and those of a base image past its support are never repaired again.

    The host's kernel may be up to date; the image's C library, TLS library and shell are as old as its distribution.
    Rebuilding such an image changes nothing, since its package repositories are frozen, and scanners report more holes
    every week that nobody will close. The cure is a newer base: a line of a Containerfile, and the tests.

    The base is what `guest.os` states, or what the image's name tells: `debian:10-slim` is Debian 10, `postgres:15` may
    rest on anything. A tag that moves, such as `latest`, tells no release, and vmlint does not look into the image.
    Paid support counts where its licence is declared under `guest.licences`. Releases of Windows without an image of
    their own are VM628's.
    """
    if has_no_image(workload):
        return
    release = guest_release(workload)
    if not has_ended(workload, release.cycle) or is_paid(workload, release):
        return
    newest = newest_supported(workload.catalog, release.cycle.product, workload.today)
    such_as = f", such as {newest.product_name} {newest.cycle}" if newest else ""
    yield finding(
        release.path,
        f"the base image gets no more repairs: {release.name}, {ended(workload, release)}",
        because=release.stated,
        help=(*ask_for_licence(workload, release), f"rebuild it on a base that is still repaired{such_as}"),
    )


@rule(
    "VM706",
    "unknown-os-id",
    Severity.NOTE,
    sources=("S-07",),
)
def unknown_os_id(workload: Workload) -> Iterator[Finding]:
    """A guest's id should be the one that other tools use too: libosinfo's.

    The id tells kernel, drivers, firmware needs and lifecycle. vmlint understands many other spellings (`windows11`,
    `bookworm`) and checks them as if the id stood there, so that advice is harmless; virt-install, virt-manager and
    KubeVirt's preferences do not understand them. Of an id that nobody knows nothing can be checked.

    Some ids of libosinfo carry a minor release (`rhel9.6`): a spelling without it is read as the major release.

    An id that begins like those of a known family and goes on with a version, such as a release that is newer than the
    catalogue, is fine.
    """
    written = workload.guest.os.id
    catalog = workload.catalog
    known = catalog.guest_id(written)
    if known == written or (known is None and catalog.guest(written) is not None):
        return
    if known and re.fullmatch(re.escape(written.lower()) + r"\.[0-9]+", known):
        major = re.sub(r"\.[0-9]+(?= |$)", "", catalog.guests[known].name)
        yield finding(
            "guest.os.id",
            f"{written} is understood as {major}; libosinfo's ids carry its minor release too ({known} and so on)",
            help="harmless here; for other tools, write the minor release that is really installed",
        )
        return
    if known:
        yield finding(
            "guest.os.id",
            f"{written} is understood as {known}, and checked as that",
            help=f"harmless here; other tools know it only as {known}",
        )
        return
    near = catalog.nearest_guest(written)
    yield finding(
        "guest.os.id",
        f"{written} is not in the catalogue, so nothing that follows from the guest's release is checked",
        help=f"did you mean {near}, {catalog.guests[near].name}?" if near else LISTED_BY,
    )
