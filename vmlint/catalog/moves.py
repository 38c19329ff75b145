"""What a move to another platform asks of a machine: concerns, drivers of devices, words for conditions."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from vmlint.catalog.files import table
from vmlint.record import NamedTuple


class Concern(NamedTuple):
    """A row on what a machine has today that asks for something when it moves."""

    id: str
    kind: str
    """``choose``, ``check`` and ``before`` have to be settled for it to run; ``lost``, ``after`` and ``advice`` do
    not."""
    says: str
    """A sentence with places to fill in: ``{target}``, ``{origin}``, ``{entries}``, a key of the target's arrival."""
    when: Mapping[str, Any]
    """Field -> what it is today: a value, ``any``, ``{begins: …}`` or ``{pci: true}``."""
    when_not: Mapping[str, Any]
    """Fields, in the same way, with any of which it says nothing."""
    without: tuple[str, ...]
    """Concerns beside which it says nothing."""
    of: str
    """The set of drivers of the product that the machine is of today; empty for any."""
    unless: str
    """The model of disk that the target does not offer; empty where that does not matter."""


class Moves:
    """What ``moves.yaml`` holds."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self.concerns = tuple(
            Concern(
                row["id"],
                row["kind"],
                " ".join(row["says"].split()),
                row.get("when", {}),
                row.get("whenNot", {}),
                tuple(row.get("without", ())),
                row.get("from", ""),
                row.get("unless", ""),
            )
            for row in document["concerns"]
        )

    def driver(self, device: str, model: str) -> str:
        """Return the set of drivers that a model of ``disk`` or ``nic`` needs; empty for an emulated one."""
        return str(self._document["models"][device].get(model, {}).get("driver", ""))

    def modules(self, model: str) -> tuple[str, ...]:
        """Return Linux's modules for a disk; none where they are not known."""
        return tuple(self._document["models"]["disk"].get(model, {}).get("modules", ()))

    def set_of(self, driver: str) -> str:
        """Return what Windows has to install for a set of drivers that it does not bring."""
        return str(self._document["drivers"].get(driver, {}).get("windows", "the drivers"))

    def same(self, device: str, one: str, other: str) -> bool:
        """Whether two words mean the same device."""
        return one == other or any(one in row and other in row for row in self._document["same"][device])

    def whole_initramfs(self, guest: str) -> bool:
        """Whether the initramfs of a guest, by its id, has the drivers of every disk controller."""
        return _listed(guest, self._document["guests"]["wholeInitramfs"]["guests"])

    def without_ahci(self, guest: str) -> bool:
        """Whether a guest, by its id, has no driver of its own for a SATA controller."""
        return _listed(guest, self._document["guests"]["withoutAhci"]["guests"])

    def open(self, what: str) -> str:
        """Return the sentence on what a file leaves open."""
        return str(self._document["open"][what])

    def of_hosts(self, path: str, condition: str) -> str:
        """Return a condition on the new hosts as a clause about them; empty where there are no words for it."""
        for begins, says in self._document["hosts"].get(path, {}).items():
            if condition.startswith(begins):
                return str(says) + condition.removeprefix(begins)
        return ""

    def asked(self, path: str) -> str:
        """Return how the field of a condition is called; empty where there is no word for it."""
        return str(self._document["asked"].get(path, ""))


@functools.cache
def moves() -> Moves:
    """Return what the catalogue holds about moves."""
    return Moves(table("moves").data)


def _listed(guest: str, words: Sequence[str]) -> bool:
    return any(guest == word or (word.endswith("*") and guest.startswith(word[:-1])) for word in words)
