"""The cells of the capability table: what a platform's own facts say, or else what holds for its class."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vmlint.catalog import Catalog, Platform
from vmlint.record import NamedTuple
from vmlint.words import listed

GUEST = "guest.releases"
"""The fact of a platform that depends on the guest."""
UNKNOWN = "unknown"
"""The level of a platform of which nothing is known."""
WHO = {"ci": "CI", "virtual-desktops": "virtual desktops", "components": "use as a component of other products"}
"""Whom a platform is made for, where the catalogue's word is no word of a sentence."""


class Guest(NamedTuple):
    """What a platform's list of guests is asked for."""

    release: str = ""
    """Its id; empty where it is not known."""
    arch: str | None = None


NO_GUEST = Guest()


class Cell(NamedTuple):
    """How well a platform in a mode serves one kind of requirement."""

    value: int
    """From 0 (worst) to 4 (best)."""
    why: str
    sources: tuple[str, ...]


@functools.lru_cache(maxsize=1024)
def capability_class(catalog: Catalog, platform: str, mode: str) -> str:
    """Return the class of a platform in a mode in the capability table."""
    about = catalog.modes[mode].data
    found = catalog.platform(platform)
    if found is not None and found.hosted and "hostedClass" in about:
        return str(about["hostedClass"])
    return str(about["class"])


@functools.lru_cache(maxsize=16384)
def cell(catalog: Catalog, column: str, platform: str, mode: str, guest: Guest = NO_GUEST) -> Cell:
    """Return the cell of a platform in a mode in a column, for a guest where the column depends on it.

    Its own cell counts first, then what the platform's entry states, then its class. What is unknown costs: of a column
    that only the entries of platforms fill, such a cell is low, and says so.
    """
    about = catalog.capabilities["columns"][column]
    own = about.get("platforms", {}).get(platform)
    shared = about.get("cells", {}).get(capability_class(catalog, platform, mode))
    if shared and shared.get("artefact", "") not in ("", catalog.modes[mode].data["artefact"]):
        shared = None
    if own or "levels" not in about:
        return _given(own or shared)
    found = catalog.platform(platform)
    stated = _stated(found, about, catalog, guest) if found else None
    if stated and (shared is None or shared.get("unlessStated")):
        return stated
    return _given(shared) if shared else _leveled(about, UNKNOWN, "", ("judgement",), guest)


def _given(stated: Mapping[str, Any]) -> Cell:
    return Cell(stated["value"], stated["why"], tuple(stated["source"]))


def _stated(platform: Platform, about: Mapping[str, Any], catalog: Catalog, guest: Guest) -> Cell | None:
    """Return the cell that follows from what the entry of a platform states; ``None`` where it states nothing."""
    if about["property"] == GUEST:
        return _of_guest(platform, about, catalog, guest)
    *parents, last = about["property"].split(".")
    block = platform.data
    for parent in parents:
        block = block.get(parent, {})
    if last not in block:
        return None
    sources = platform.sources(*parents) if platform.local else block["source"]
    if isinstance(block[last], str):
        return _leveled(about, block[last], block.get("why", ""), sources, guest)
    who: Sequence[str] = block[last]
    best = max(who, key=lambda each: about["levels"][each]["value"])
    return _leveled(about, best, f"made for {_names(who)}", sources, guest)


def _of_guest(platform: Platform, about: Mapping[str, Any], catalog: Catalog, guest: Guest) -> Cell | None:
    release = catalog.guest(guest.release) if guest.release else None
    status = platform.guest_status(release, guest.arch) if release else None
    if not release or not status:
        return None
    return _leveled(about, status, "", platform.sources("guest", "releases"), guest._replace(release=release.name))


def _leveled(about: Mapping[str, Any], level: str, why: str, sources: Iterable[str], guest: Guest) -> Cell:
    found = about["levels"][level]
    return Cell(found["value"], why or found["why"].format(guest=guest.release), tuple(sources))


def _names(who: Iterable[str]) -> str:
    return listed(WHO.get(each, each) for each in who)
