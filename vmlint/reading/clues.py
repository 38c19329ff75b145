"""What points to the guest's system without stating it, weighed against what the file states.

A clue completes: a machine of some Linux that was installed from Debian 11's medium is Debian 11 with medium
confidence (``guest.os.oneOf``). A clue that differs from the file's own word takes the word's certainty, since tools
without a word for a new system are given the nearest that they have. Two clues that differ make each other unsure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vmlint.reading.spec import FILE, IMAGE, Clue
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.catalog import Catalog
    from vmlint.catalog.records import GuestOS
    from vmlint.findings.place import Span
    from vmlint.model.groups.guest import GuestOsFacts
    from vmlint.reading.spec import Spec

ID, FAMILY = "guest.os.id", "guest.os.family"
OF_IMAGES = (IMAGE, "vagrant")
"""Vocabularies of images and boxes, which hold a system whatever the machine is called."""


class Pointed(NamedTuple):
    """The system that a clue points to."""

    family: str
    id: str | None
    clue: Clue


class Weighed(NamedTuple):
    """What holds of the guest's system after all clues."""

    family: str | None
    one_of: tuple[str, ...]
    at: Span
    why: str = ""
    """Why it holds, where the file does not state it."""
    lost: str = ""
    """Why the file's own word does not count any more."""


def weigh(spec: Spec, os: GuestOsFacts, catalog: Catalog) -> Weighed | None:
    """Return what the clues add to, or take from, what the file states; nothing where they change nothing."""
    found = [pointed for clue in spec.clues if (pointed := _pointed(catalog, clue))]
    if not found and os.states("id"):
        # A machine's own name is no clue to what it runs, but a reason to doubt an older word.
        named = _pointed(catalog, Clue(f"{spec.name}.iso", spec.at, FILE))
        newer = named and named.id and _released(catalog, named.id) > _released(catalog, os.id) > ""
        found = [named] if named and newer and named.family == os.family else []
        called = _called(spec, catalog)
        if not found and called and os.knows("family") and called.family != os.family:
            lost = f"the file names {os.id}, and the machine is called {spec.name[:80]}"
            return Weighed(None, (), spec.at, lost=lost)
    if not found or len({each.family for each in found}) > 1:
        return None
    ids = tuple(dict.fromkeys(each.id for each in found if each.id))
    # Tools without a word for a system are all given the same older one, and do not confirm it against the medium.
    sure = [each.id for each in found if each.id and each.clue.vocabulary == FILE] or ids
    family, clue = found[0].family, found[0].clue
    if os.knows("family") and os.family != family:
        own = spec.guests and not spec.facts.keys() & {ID, FAMILY}
        lost = f"the file names {os.get('id', os.family)}, and {_shown(clue)} is of another system"
        return Weighed(None, (), clue.at, lost=lost) if own else None
    if os.states("id"):
        if ID in spec.facts or not ids or any(_alike(catalog, os.id, id) for id in sure):
            return None
        lost = f"the file names {os.id}, and {_shown(clue)} is of another release"
        return Weighed(family, tuple(dict.fromkeys((os.id, *ids))), spec.guests[0].at, lost=lost)
    if os.states("one_of"):
        both = tuple(id for id in os.one_of if id in ids)
        return Weighed(family, both or tuple(dict.fromkeys((*os.one_of, *ids))), spec.guests[0].at)
    if not ids and os.knows("family"):
        return None
    return Weighed(family, ids, clue.at, f"{_shown(clue)} holds it, and the machine was probably made of that")


def _called(spec: Spec, catalog: Catalog) -> GuestOS | None:
    """Return the system that a machine is called by, where the file names one in the words of its tool.

    Whoever copies a definition changes the name sooner than the system in it. An image holds what it holds.
    """
    tools = bool(spec.guests) and spec.guests[0].vocabulary not in OF_IMAGES and ID not in spec.facts
    word = re.split(r"[-_. ]", spec.name.strip().lower(), maxsplit=1)[0]
    return catalog.guest(word) if tools and word else None


def _pointed(catalog: Catalog, clue: Clue) -> Pointed | None:
    if clue.vocabulary == FILE:
        image = catalog.file_guest(clue.word)
        return Pointed(image.family, image.id, clue) if image else None
    if clue.vocabulary:
        meant = catalog.guest_word(clue.vocabulary, clue.word)
        return Pointed(meant.family, meant.id, clue) if meant and meant.family else None
    guest = catalog.guest(clue.word)
    return Pointed(guest.family, guest.id, clue) if guest and guest.known else None


def _alike(catalog: Catalog, one: str, other: str) -> bool:
    """Whether two ids are the same release for who maintains it: RHEL 9.0 and 9.4 are."""
    return one == other or _cycle(catalog.guest(one)) == _cycle(catalog.guest(other)) != ()


def _cycle(guest: GuestOS | None) -> Sequence[str]:
    lifecycle = guest.data.get("lifecycle", {}) if guest else {}
    return (lifecycle["product"], str(lifecycle["cycle"])) if "cycle" in lifecycle else ()


def _released(catalog: Catalog, id: str) -> str:
    """Return the day on which a system was released, as year-month-day; empty where that is unknown."""
    guest = catalog.guest(id)
    return str(guest.data.get("released", "")) if guest else ""


def _shown(clue: Clue) -> str:
    """Return a clue as a report shows it: of a file, its name."""
    return clue.word.replace("\\", "/").rstrip("/").rpartition("/")[2][:80]
