"""Platforms that are known by name only: what they are, but nothing that a rule could judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vmlint.record import NamedTuple


class KnownName(NamedTuple):
    """A platform without an entry."""

    name: str
    about: str
    """What it is, in a few words."""
    near: str
    """The id of the platform with an entry that is nearest to it; empty if there is none."""


def read_names(document: Mapping[str, Any]) -> Mapping[str, KnownName]:
    """Return the platforms of ``platform_names.yaml``, by id and by every other spelling of it."""
    found = {}
    for id, facts in document["platforms"].items():
        known = KnownName(facts["name"], facts["about"], facts.get("near", ""))
        found.update(dict.fromkeys((id, *facts.get("aliases", ())), known))
    return found
