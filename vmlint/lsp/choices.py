"""What may be written as the value of a field: its words, the platforms and guests of the catalogue, examples."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.catalog import Catalog
    from vmlint.catalog.lifecycle import Cycle
    from vmlint.catalog.records import GuestOS, Platform
    from vmlint.lsp.manual import Entry

PLATFORMS = frozenset({"deployment.platform", "deployment.platform.id", "host.hypervisor"})
"""Fields that name a platform."""
GUESTS = frozenset({"guest.os", "guest.os.id", "host.os", "host.os.id"})
"""Fields that name an operating system."""
WITH_VERSION = "deployment.platform"
"""The field that may name a version behind the platform: ``vmware-esxi@8.0``."""


class Choice(NamedTuple):
    """One value of a field."""

    word: str
    about: str
    """What it is, in a few words."""
    is_past: bool = False
    """Whether its support has ended."""
    is_example: bool = False
    """Whether other values are as good."""


def choices(path: str, entry: Entry | None, word: str, catalog: Catalog, today: date) -> Iterator[Choice]:
    """Yield the values that a field may have; ``path`` is as in findings, ``word`` is what is written so far."""
    if path in PLATFORMS:
        platform = catalog.platform(catalog.platform_id(word.partition("@")[0]) or "")
        if "@" in word and path == WITH_VERSION and platform is not None:
            for cycle in _cycles(platform, catalog):
                yield Choice(f"{word.partition('@')[0]}@{cycle.cycle}", support(cycle, today), _is_past(cycle, today))
            return
        for each in catalog.platforms.values():
            yield Choice(each.id, platform_about(each, catalog, today))
    elif path in GUESTS:
        for release in catalog.guests.values():
            dates = guest_cycle(release, catalog)
            yield Choice(release.id, guest_about(release, catalog, today), dates is not None and _is_past(dates, today))
    elif entry is not None:
        yield from (Choice(each, "") for each in entry.words)
        if not entry.words:
            yield from (Choice(each, "an example", is_example=True) for each in entry.examples)


def meaning(path: str, word: str, catalog: Catalog, today: date) -> str:
    """Return what the value of a field means, where the catalogue knows it; empty where it does not."""
    if path in PLATFORMS:
        platform = catalog.platform(catalog.platform_id(word.partition("@")[0]) or "")
        return platform_about(platform, catalog, today) if platform is not None else ""
    if path in GUESTS:
        guest = catalog.guest(word)
        return guest_about(guest, catalog, today) if guest is not None else ""
    return ""


def platform_about(platform: Platform, catalog: Catalog, today: date) -> str:
    """Return the name of a platform, and how long its newest release is supported."""
    cycle = next(iter(_cycles(platform, catalog)), None)
    return f"{platform.name}; {cycle.cycle}: {support(cycle, today)}" if cycle is not None else platform.name


def guest_about(guest: GuestOS, catalog: Catalog, today: date) -> str:
    """Return the name of a release, and how long it is supported."""
    cycle = guest_cycle(guest, catalog)
    return f"{guest.name}; {support(cycle, today)}" if cycle is not None else guest.name


def guest_cycle(guest: GuestOS, catalog: Catalog) -> Cycle | None:
    """Return the support dates of a release, if they are known."""
    lifecycle = guest.data.get("lifecycle", {})
    return catalog.guest_cycle(guest) if {"product", "cycle"} <= lifecycle.keys() or "until" in lifecycle else None


def support(cycle: Cycle, today: date) -> str:
    """Return until when a release gets security updates, in a few words."""
    until = cycle.security_until
    if until is None:
        return "support has ended" if cycle.ended else "no end of support is known"
    paid = f", for pay until {cycle.paid_until}" if cycle.paid_until is not None and cycle.paid_until > until else ""
    return f"support ended {until}{paid}" if until < today else f"supported until {until}{paid}"


def _cycles(platform: Platform, catalog: Catalog) -> Iterator[Cycle]:
    product = platform.data.get("lifecycle", {}).get("product")
    yield from catalog.cycles(product) if product else ()


def _is_past(cycle: Cycle, today: date) -> bool:
    return cycle.ended or (cycle.security_until is not None and cycle.security_until < today)
