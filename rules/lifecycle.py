"""Lifecycle: platforms and guests whose vendor has stopped repairing them, and names nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from vmlint.api import Catalog, Cycle, Finding, Repair, Severity, Unknown, Workload, finding, repair, rule

from .listing import listed
from .wording import labelled

PAID_LICENCES = {"windows-server": "microsoft-esu"}
"""Label under guest.licences that declares the paid phase of a platform, by product (guests name theirs themselves)."""

COMPENSATING_CONTROL = "vmlint/compensating-control"
"""Label of an exposed workload for whose missing updates something makes up: a filtering gateway, a virtual patch."""


LISTED_BY = "ids are libosinfo's short ids, such as win2k22 or debian12; `osinfo-query os` lists them"


@rule(
    "VM701",
    "platform-eol",
    Severity.WARNING,
    article=("CH-8", "T1-E1", "T1-E3", "T2-E2"),
    sources=("S-08", "S-13", "P-02", "P-03"),
)
def platform_eol(workload: Workload) -> Iterator[Finding]:
    """A platform past its vendor's support gets no repair for the next hole in the wall between guests.

    The hypervisor, or the container engine, is what the isolation of everything above it rests on. Once security
    support has ended, holes stay open. In production that is an error, elsewhere a warning. What counts is the end of
    security support, not of the phase with new features.

    Declared paid support (for the Hyper-V role `microsoft-esu` under `guest.licences`) makes it an advice while that
    phase lasts. Silent where the version is not stated, or is none that the lifecycle data know. Dates differ between
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
    cycle = _cycle(workload.catalog, lifecycle["product"], str(choice.version if stated else fallback), choice.path)
    if cycle.security_until is None or workload.today <= cycle.security_until:
        return
    licence = PAID_LICENCES.get(cycle.product)
    declared = licence in (workload.guest.licences or ())
    paid = _paid(workload, cycle, licence)
    production = workload.knows("environment") and workload.environment == "production"
    ended = _ended(workload.catalog, cycle, paid=declared and not paid)
    yield finding(
        "deployment.platform.version" if stated else "deployment.platform.id",
        f"{platform.name} {choice.version if stated else fallback}: {ended}",
        severity=Severity.ADVICE if paid else Severity.ERROR if production else Severity.WARNING,
        because=(*(["environment"] if production else []), *(["guest.licences"] if declared else [])),
        help=_ways_on(workload, cycle, licence),
        repairs=_supported(workload.catalog, cycle, workload.today) if not platform.has("retired") else (),
    )


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
    article=("FV-A3", "FV-U1"),
    sources=("S-08",),
)
def guest_eol(workload: Workload) -> Iterator[Finding]:
    """A guest past its vendor's support keeps every hole that is found from now on.

    Running an old system is what virtual machines are good for, so this is a warning: keep it off the network, and let
    nobody rely on it without knowing. It is an error for a production workload that the public can reach, unless the
    label `vmlint/compensating-control` names what stands in front of it.

    Support that is paid for counts when its licence is declared under `guest.licences`. LTSC and IoT editions live
    longer: state `guest.os.edition`, since the id alone means the general release. Sources differ by years, so the
    finding names the phase, the source and the age of the data.
    """
    release = workload.guest_os
    lifecycle = release.fact("lifecycle")
    editions = lifecycle.get("editions", {})
    wanted = lifecycle["cycle"]
    if editions and workload.guest.os.knows("edition"):
        wanted = editions.get(workload.guest.os.edition, wanted)
    cycle = _cycle(workload.catalog, lifecycle["product"], wanted, "guest.os")
    licence = lifecycle.get("paidLicence")
    if cycle.security_until is None or workload.today <= cycle.security_until or _paid(workload, cycle, licence):
        return
    exposed = _exposed_production(workload)
    yield finding(
        "guest.os.id",
        f"{release.name}: {_ended(workload.catalog, cycle, paid=licence in (workload.guest.licences or ()))}",
        severity=Severity.ERROR if exposed and not labelled(workload, COMPENSATING_CONTROL) else Severity.WARNING,
        because=("environment", "deployment.network.exposure") if exposed else (),
        help=(
            *_paid_support(workload, cycle, licence),
            *(
                ["state guest.os.edition if it is a long-term edition"]
                if editions and wanted == lifecycle["cycle"]
                else []
            ),
            "move to a release that is still repaired, or cut it off from the network",
        ),
    )


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

    An id that begins like those of a known family and goes on with a version, such as a release that is newer than the
    catalogue, is fine.
    """
    written = workload.guest.os.id
    catalog = workload.catalog
    known = catalog.guest_id(written)
    if known == written or (known is None and catalog.guest(written) is not None):
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
