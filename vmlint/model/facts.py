"""Facts, demands and the unknown.

A *fact* that nobody stated is unknown: it has no value, and reading it raises :class:`Unknown`, which ends the rule
that asked as undecided. A *demand* that nobody stated is simply not made: it reads as ``None``. Which of the two a
field is stands in its type: ``version: Version`` is a fact, ``tenancy: Tenancy | None`` a demand.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from vmlint.unknown import Unknown

if TYPE_CHECKING:
    from vmlint.model.workload import Workload


class Derivation(NamedTuple):
    """How one fact follows from others."""

    path: str
    sources: tuple[str, ...]
    """The fields it follows from, the most telling first."""
    why: str
    """One sentence: why it follows."""
    derive: Callable[[Workload], Any]
    """Returns the value; raises :class:`Unknown` where a field that it needs is not stated."""


@functools.cache
def field_name(attribute: str) -> str:
    """Spell an attribute as a manifest does: ``secure_boot`` is ``secureBoot``."""
    head, *tail = attribute.split("_")
    return head + "".join(word.capitalize() for word in tail)


class Facts:
    """A group of fields under one path, such as ``host.kernel``.

    Stated fields are plain attributes. An unset attribute is ``None`` for a demand; for a fact it is derived from other
    facts where a derivation exists, and :class:`Unknown` otherwise.
    """

    path: ClassVar[str] = ""

    def __init__(self, root: Workload) -> None:
        self._root = root

    def __getattr__(self, name: str) -> Any:  # only called where the attribute is unset
        kind = type(self).__annotations__.get(name)
        if kind is None:
            raise AttributeError(f"{type(self).__name__} has no field {name!r}")
        if kind.endswith("| None"):
            return None
        path = self.path_of(name)
        root = self._root
        derivation = root.derivations.get(path)
        if derivation is None:
            raise Unknown(path)
        value = derivation.derive(root)
        root.derived[path] = derivation
        self.__dict__[name] = value
        return value

    def path_of(self, name: str) -> str:
        """Return the path that a user would write for an attribute of this group."""
        return f"{self.path}.{field_name(name)}" if self.path else field_name(name)

    def knows(self, name: str) -> bool:
        """Tell whether a fact is stated or follows from what is stated."""
        try:
            getattr(self, name)
        except Unknown:
            return False
        return True

    def get(self, name: str, default: Any = None) -> Any:
        """Return a fact or, where it is unknown, ``default``: for what a verdict may mention but does not rest on."""
        try:
            return getattr(self, name)
        except Unknown:
            return default

    def stated(self) -> Mapping[str, Any]:
        """Return the fields that were stated (neither derived nor internal), by attribute."""
        derived = self._root.derived
        return {
            name: value
            for name, value in self.__dict__.items()
            if name[0] != "_" and (isinstance(value, Facts) or self.path_of(name) not in derived)
        }
