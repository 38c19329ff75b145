"""Lifecycle: platforms and guests whose vendor has stopped repairing them, and names nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from vmlint.api import Catalog, Cycle, Finding, Repair, Severity, Unknown, Workload, finding, repair, rule

from .listing import listed
from .wording import edition, labelled

PAID_LICENCES = {"windows-server": "microsoft-esu"}
"""Label under guest.licences that declares the paid phase of a platform, by product (guests name theirs themselves)."""

COMPENSATING_CONTROL = "vmlint/compensating-control"
"""Label of an exposed workload for whose missing updates something makes up: a filtering gateway, a virtual patch."""


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
    of them has ended with the oldest. Dates differ between
    sources, so the finding names the phase, the source and the age of the data; `--today` freezes the day.
    """
    if not workload.deployed:
        return
    platform, choice = workload.platform, workload.deployment.platform
    if not platform.has("lifecycle"):
        return
    lifecycle = platform.fact("lifecycle")
    fallback = lifecycle.get("defaultCycle")
    stated = choice.knows("version") or fallback is None
    version = str(choice.version if stated else fallback)
    oldest = _before_all(workload, lifecycle["product"], version)
    cycle = oldest or _cycle(workload.catalog, lifecycle["product"], version, choice.path)
    if cycle.security_until is None or workload.today <= cycle.security_until:
        return
    licence = PAID_LICENCES.get(cycle.product)
    declared = licence in (workload.guest.licences or ())
    paid = _paid(workload, cycle, licence)
    elsewhere = _maintained_elsewhere(workload)
    production = workload.knows("environment") and workload.environment == "production" and not elsewhere
    ended = _ended(workload.catalog, cycle, paid=declared and not paid)
    yield finding(
        "deployment.platform.version" if stated else "deployment.platform.id",
        f"{platform.name} {version}{f' is older than {oldest.cycle}' if oldest else ''}: {ended}",
        severity=Severity.ADVICE if paid or elsewhere else Severity.ERROR if production else Severity.WARNING,
        because=(
            *(["environment"] if production else []),
            *(["guest.licences"] if declared else []),
            *([elsewhere] if elsewhere else []),
        ),
        help=(
            *(
                ["that is its own project's word: find out who maintains the packages, and until when"]
                * bool(elsewhere)
            ),
            *_ways_on(workload, cycle, licence),
        ),
        repairs=_supported(workload.catalog, cycle, workload.today) if not platform.has("retired") else (),
    )


def _maintained_elsewhere(workload: Workload) -> str:
    """Return the field that names who may maintain a platform besides its own project: a distribution or a cloud."""
    platform, host = workload.platform, workload.host
    if platform.placement not in ("kernel-integrated", "orchestrator") or "linux" not in platform.fact("host", "os"):
        return ""
    if host.os.knows("id") and host.os.knows("family") and host.os.family == "linux":
        return "host.os.id"
    return "host.cloud.provider" if platform.placement == "orchestrator" and host.cloud.knows("provider") else ""


def _before_all(workload: Workload, product: str, version: str) -> Cycle | None:
    """Return the oldest release in the data where all are numbers, a version is older still, and that one has ended."""
    cycles = workload.catalog.cycles(product)
    if not cycles or not all(re.fullmatch(r"[0-9.]+", cycle.cycle) for cycle in cycles):
        return None
    oldest = min(cycles, key=lambda cycle: _numbers(cycle.cycle))
    ended = oldest.security_until is not None and workload.today > oldest.security_until
    first, asked = _numbers(oldest.cycle), _numbers(version)
    return oldest if ended and asked < first[: len(asked)] else None  # "8" is not older than 8.2


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]+", version)))


def _ways_on(workload: Workload, cycle: Cycle, licence: str | None) -> Iterator[str]:
    platform = workload.platform
    if platform.has("successor"):
        names = (workload.catalog.platform(successor) for successor in platform.fact("successor"))
        yield f"move to {listed((found.name for found in names if found), 'or')}"
    yield from _paid_support(workload, cycle, licence)


def _supported(catalog: Catalog, cycle: Cycle, today: date) -> Iterator[Repair]:
    """Propose the newest release that is still repaired."""
    for newer in catalog.cycles(cycle.product):
        if newer.security_until is None or newer.security_until >= today:
            until = f"{_phase(newer)} until {newer.security_until}" if newer.security_until else "still supported"
            yield repair(until, platform__version=newer.cycle)
            return


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
    label `vmlint/compensating-control` names what stands in front of it.

    Support that is paid for counts when its licence is declared under `guest.licences`. Enterprise, LTSC and IoT
    editions live longer: state `guest.os.edition`, since the id alone means the general release, and
    `guest.os.version` (24H2), since it means the current one. Sources differ by years, so the
    finding names the phase, the source and the age of the data.
    """
    release = workload.guest_os
    lifecycle = release.fact("lifecycle")
    editions = lifecycle.get("editions", {})
    wanted = lifecycle["cycle"]
    os, stated = workload.guest.os, []
    if editions and os.knows("edition"):
        wanted = editions.get(edition(os.edition, editions), wanted)
        stated.append("guest.os.edition")
    if os.knows("version") and (other := _of_version(workload.catalog, lifecycle["product"], wanted, os.version)):
        wanted = other
        stated.append("guest.os.version")
    cycle = _cycle(workload.catalog, lifecycle["product"], wanted, "guest.os")
    licence = lifecycle.get("paidLicence")
    if cycle.security_until is None or workload.today <= cycle.security_until or _paid(workload, cycle, licence):
        return
    exposed = _exposed_production(workload)
    yield finding(
        "guest.os.id",
        f"{release.name}: {_ended(workload.catalog, cycle, paid=licence in (workload.guest.licences or ()))}",
        severity=Severity.ERROR if exposed and not labelled(workload, COMPENSATING_CONTROL) else Severity.WARNING,
        because=(*stated, *(["environment", "deployment.network.exposure"] if exposed else [])),
        help=(
            *_paid_support(workload, cycle, licence),
            *(
                ["state guest.os.edition if it is a long-term edition"]
                if editions and "guest.os.edition" not in stated
                else []
            ),
            "move to a release that is still repaired, or cut it off from the network",
        ),
    )


def _of_version(catalog: Catalog, product: str, usual: str, version: str) -> str | None:
    """Return the cycle of another release of the same system and the same kind of edition: 11-25h2-w for 24H2."""
    system, _, rest = usual.partition("-")
    if not rest or not re.fullmatch(r"[0-9]{2}(h[12]|[0-9]{2})", version.lower()):
        return None
    kind = rest.partition("-")[2]
    known = {cycle.cycle for cycle in catalog.cycles(product)}
    wanted = f"{system}-{version.lower()}"
    names = (f"{wanted}-{kind}", wanted, *([f"{wanted}-e"] if not kind else []))
    return next((name for name in names if name in known), None)


def _exposed_production(workload: Workload) -> bool:
    network = workload.deployment.network
    return (
        workload.knows("environment")
        and workload.environment == "production"
        and network.knows("exposure")
        and network.exposure == "public"
    )


def _cycle(catalog: Catalog, product: str, version: str, field: str) -> Cycle:
    """Return the release that a version belongs to; undecided where the data have none."""
    cycle = catalog.cycle(product, version)
    if cycle is None:
        raise Unknown(f"{field}.version" if field.startswith("deployment") else f"catalog.{product}.{version}")
    return cycle


def _paid(workload: Workload, cycle: Cycle, licence: str | None) -> bool:
    """Tell whether paid support is declared and lasts."""
    declared = licence is not None and licence in (workload.guest.licences or ())
    return declared and cycle.paid_until is not None and workload.today <= cycle.paid_until


def _paid_support(workload: Workload, cycle: Cycle, licence: str | None) -> Iterator[str]:
    if licence and cycle.paid_until and workload.today <= cycle.paid_until and not _paid(workload, cycle, licence):
        name = cycle.phases.get("paid", "paid support")
        yield f"declare {licence} under guest.licences if {name}, which lasts until {cycle.paid_until}, is paid for"


def _ended(catalog: Catalog, cycle: Cycle, *, paid: bool = False) -> str:
    """Tell which phase ended, when, and who says so."""
    phase, ended = (_phase(cycle), cycle.security_until)
    if paid and cycle.paid_until:
        phase, ended = cycle.phases.get("paid", "paid support"), cycle.paid_until
    source = catalog.sources.get(cycle.source)
    said = source.title.partition(":")[0] if source else cycle.source
    age = f", data of {source.read}" if source and source.read else ""
    return f"{phase} ended on {ended} ({said}{age})"


def _phase(cycle: Cycle) -> str:
    return cycle.phases.get("security", "support")


@rule(
    "VM706",
    "unknown-os-id",
    Severity.ADVICE,
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
