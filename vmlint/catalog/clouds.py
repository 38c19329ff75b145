"""Clouds: which rented machines are bare metal, and which can run virtual machines themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vmlint.record import NamedTuple


class Cloud(NamedTuple):
    """The machines that a provider rents out."""

    name: str
    bare_metal: str
    """What the names of types contain that are no virtual machines; empty where the name does not tell."""
    family: re.Pattern[str]
    nesting: Mapping[str, Any]
    """As ``clouds.yaml`` has it."""

    def is_bare_metal(self, size: str) -> bool | None:
        """Whether a type is no virtual machine; ``None`` where its name does not tell."""
        if self.bare_metal:
            return self.bare_metal in size.lower()
        return False if self.family_of(size) else None

    def family_of(self, size: str) -> str:
        """Return the family of a type: ``m8i`` of m8i.large; empty where it is written in another way."""
        match = self.family.fullmatch(size.strip().lower())
        return "".join(match.groups("")) if match else ""

    def nests(self, size: str) -> bool | None:
        """Whether machines of a type can run virtual machines; ``None`` for one that is in no list."""
        family = self.family_of(size)
        if family in self.nesting["with"]:
            return True
        return False if family and re.fullmatch(self.nesting["without"], family) else None


def read_clouds(document: Mapping[str, Any]) -> Mapping[str, Cloud]:
    """Return the clouds of ``clouds.yaml``, by each word for their provider."""
    return {
        word: Cloud(entry["name"], entry.get("bareMetal", ""), re.compile(entry["family"]), entry["nesting"])
        for entry in document["clouds"].values()
        for word in entry["words"]
    }
