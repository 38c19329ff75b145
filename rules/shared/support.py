"""Releases and the dates on which their support ends."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from vmlint.api import Catalog, Cycle, GuestOS, Unknown, Workload

from .editions import edition
from .wording import listed, release_name


def ends_within(workload: Workload, day: date | None, notice: timedelta) -> bool:
    """Whether a day is still to come, and not later than the notice."""
    return day is not None and timedelta(0) <= day - workload.today <= notice


PAID_LICENCES = {"windows-server": "microsoft-esu"}
"""Label under guest.licences that declares the paid phase of a platform, by product (guests name theirs themselves)."""

COMPENSATING_CONTROL = "vmlint/compensating-control"
"""Label of an exposed workload for whose missing updates something makes up: a filtering gateway, a virtual patch."""


class Release(NamedTuple):
    """A platform or a guest in a certain release, with the dates that hold for it."""

    cycle: Cycle
    licence: str | None
    """Label under guest.licences that declares its paid phase."""
    path: str
    """The field that names the release."""
    name: str
    """As a sentence calls it."""
    stated: tuple[str, ...] = ()
    """Other fields that state which release it is."""
    oldest: Cycle | None = None
    """The oldest release in the data, where the stated one is older still."""
    elsewhere: str = ""
    """The field that names who may maintain a platform besides its own project: a distribution or a cloud."""


def platform_release(workload: Workload) -> Release | None:
    """Return the release of the chosen platform; ``None`` where the catalogue has no dates of the product."""
    platform, choice = workload.platform, workload.deployment.platform
    if not platform.has("lifecycle"):
        return None
    lifecycle = platform.fact("lifecycle")
    fallback = lifecycle.get("defaultCycle")
    stated = choice.knows("version") or fallback is None
    version = str(choice.version if stated else fallback)
    oldest = _before_all(workload, lifecycle["product"], version)
    cycle = oldest or cycle_of(workload.catalog, lifecycle["product"], version, choice.path)
    return Release(
        cycle,
        PAID_LICENCES.get(cycle.product),
        "deployment.platform.version" if stated else "deployment.platform.id",
        f"{platform.name} {version}",
        oldest=oldest,
        elsewhere=_maintained_elsewhere(workload),
    )


def guest_release(workload: Workload) -> Release:
    """Return the release of the guest, by its id, edition and version."""
    system, os = workload.guest_os, workload.guest.os
    lifecycle = system.fact("lifecycle")
    editions = lifecycle.get("editions", {})
    wanted, stated = lifecycle.get("cycle", ""), []
    if editions and os.knows("edition"):
        wanted = editions.get(edition(os.edition, editions), wanted)
        stated.append("guest.os.edition")
    if (
        "product" in lifecycle
        and os.knows("version")
        and (other := _of_version(workload.catalog, lifecycle["product"], wanted, os.version))
    ):
        wanted = other
        stated.append("guest.os.version")
    cycle = guest_cycle(workload.catalog, system, wanted)
    name = release_name(system, None)  # as far as the dates go
    return Release(cycle, lifecycle.get("paidLicence"), "guest.os.id", name, tuple(stated))


def guest_cycle(catalog: Catalog, system: GuestOS, wanted: str = "") -> Cycle:
    """Return the dates of a guest's release, or of another cycle of its product; undecided where there are none."""
    cycle = _guest_cycle(catalog, system, wanted)
    if cycle is None:
        raise Unknown.in_catalog(f"{system.fact('lifecycle')['product']} {wanted}", "lifecycle")
    return cycle


@functools.lru_cache(maxsize=1024)  # every release of the product is compared
def _guest_cycle(catalog: Catalog, system: GuestOS, wanted: str) -> Cycle | None:
    return catalog.guest_cycle(system, wanted)


def has_ended(workload: Workload, cycle: Cycle) -> bool:
    """Whether the vendor has stopped repairing a release for everybody."""
    return cycle.ended or (cycle.security_until is not None and workload.today > cycle.security_until)


def is_declared(workload: Workload, licence: str | None) -> bool:
    """Whether the manifest says that a paid phase was bought."""
    return licence is not None and licence in (workload.guest.licences or ())


def is_paid(workload: Workload, release: Release) -> bool:
    """Whether paid support is declared and lasts."""
    return is_declared(workload, release.licence) and paid_lasts(workload, release.cycle)


def paid_lasts(workload: Workload, cycle: Cycle) -> bool:
    """Whether a release has a paid phase that has not ended."""
    return cycle.paid_until is not None and workload.today <= cycle.paid_until


def ended(workload: Workload, release: Release) -> str:
    """Return which phase ended, when, and who says so."""
    cycle = release.cycle
    phase, day = security_phase(cycle), cycle.security_until
    if is_declared(workload, release.licence) and not is_paid(workload, release) and cycle.paid_until:
        phase, day = paid_phase(cycle), cycle.paid_until
    what = f"{phase} ended on {day}" if day else "its support has ended"
    return f"{what} ({credit(workload.catalog, cycle)})"


def credit(catalog: Catalog, cycle: Cycle) -> str:
    """Return whose dates they are, and how old."""
    source = catalog.sources.get(cycle.source)
    title = source.title.partition(":")[0] if source else cycle.source
    return f"{title}, data of {source.read}" if source and source.read else title


def security_phase(cycle: Cycle) -> str:
    """Return what the vendor calls the phase in which everybody gets repairs."""
    return cycle.phases.get("security", "support")


def paid_phase(cycle: Cycle) -> str:
    """Return what the vendor calls the phase in which repairs are paid for."""
    return cycle.phases.get("paid", "paid support")


def ask_for_licence(workload: Workload, release: Release) -> Iterator[str]:
    """Yield a hint at a paid phase that lasts and was not declared."""
    if release.licence and paid_lasts(workload, release.cycle) and not is_declared(workload, release.licence):
        yield (
            f"declare {release.licence} under guest.licences if {paid_phase(release.cycle)}, "
            f"which lasts until {release.cycle.paid_until}, is paid for"
        )


def ways_on(workload: Workload, release: Release) -> Iterator[str]:
    """Yield what comes after a platform, and how to stay on it for a while."""
    platform = workload.platform
    if platform.has("successor"):
        names = (workload.catalog.platform(successor) for successor in platform.fact("successor"))
        yield f"move to {listed((found.name for found in names if found), 'or')}"
    yield from ask_for_licence(workload, release)


def newest_supported(catalog: Catalog, product: str, today: date) -> Cycle | None:
    """Return the newest release of a product that is still repaired, or an older one that is repaired for longer."""
    lasting = [
        cycle
        for cycle in catalog.cycles(product)
        if not cycle.ended and (cycle.security_until is None or cycle.security_until >= today)
    ]
    if not lasting or lasting[0].security_until is None:
        return lasting[0] if lasting else None
    return max(lasting, key=lambda cycle: cycle.security_until or date.min)  # of an LTS and what came after: the LTS


def until(cycle: Cycle) -> str:
    """Return how long a release is repaired."""
    day = cycle.security_until
    return f"{security_phase(cycle)} until {day}" if day else "still supported"


def _maintained_elsewhere(workload: Workload) -> str:
    """Return where a distribution that packages the platform is stated, or a cloud that runs it."""
    platform, host = workload.platform, workload.host
    families = platform.data["host"].get("os", ())
    packaged = platform.placement in ("kernel-integrated", "orchestrator", "bare-metal")
    if not packaged or "linux" not in families:
        return ""
    if host.os.knows("id") and host.os.knows("family") and host.os.family == "linux":
        return "host.os.id"
    return "host.cloud.provider" if platform.placement == "orchestrator" and host.cloud.knows("provider") else ""


def _before_all(workload: Workload, product: str, version: str) -> Cycle | None:
    """Return the oldest release in the data where all are numbers, a version is older still, and that one has ended."""
    oldest = _oldest(workload.catalog, product)
    if oldest is None:
        return None
    first, asked = _numbers(oldest.cycle), _numbers(version)
    older = asked < first[: len(asked)]  # "8" is not older than 8.2
    return oldest if older and has_ended(workload, oldest) else None


@functools.lru_cache(maxsize=256)
def _oldest(catalog: Catalog, product: str) -> Cycle | None:
    """Return the oldest release of a product in the data, where all are numbers."""
    cycles = catalog.cycles(product)
    if not all(re.fullmatch(r"[0-9.]+", cycle.cycle) for cycle in cycles):
        return None
    return min(cycles, key=lambda cycle: _numbers(cycle.cycle), default=None)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]+", version)))


def _of_version(catalog: Catalog, product: str, usual: str, version: str) -> str | None:
    """Return the cycle of another release of the same system and the same kind of edition: 11-25h2-w for 24H2."""
    system, _, rest = usual.partition("-")
    if not rest or not re.fullmatch(r"[0-9]{2}(h[12]|[0-9]{2})", version.lower()):
        return None
    kind = rest.partition("-")[2]
    known = {cycle.cycle for cycle in catalog.cycles(product)}
    wanted = f"{system}-{version.lower()}"
    names = (f"{wanted}-{kind}", wanted) if kind else (f"{wanted}-", wanted, f"{wanted}-e")
    return next((name for name in names if name in known), None)


def cycle_of(catalog: Catalog, product: str, version: str, field: str) -> Cycle:
    """Return the release that a version belongs to; undecided where the data have none."""
    cycle = known_cycle(catalog, product, version)
    if cycle is None:
        if field.startswith("deployment") and any(each.cycle.startswith(version) for each in catalog.cycles(product)):
            raise Unknown(f"{field}.version")  # it covers several
        raise Unknown.in_catalog(f"{product} {version}", "lifecycle")
    return cycle


@functools.lru_cache(maxsize=1024)  # every release of the product is compared
def known_cycle(catalog: Catalog, product: str, version: str) -> Cycle | None:
    """Return the release that a version belongs to; ``None`` where the data have none, or where it covers several."""
    return catalog.cycle(product, version)
