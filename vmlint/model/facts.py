"""Facts, demands and the unknown.

A *fact* that nobody stated is unknown: it has no value, and reading it raises :class:`Unknown`, which ends the rule
that asked as undecided. A *demand* that nobody stated is simply not made: it reads as ``None``. Which of the two a
field is stands in its type: ``version: Version`` is a fact, ``tenancy: Tenancy | None`` a demand.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from vmlint.findings.unknown import Unknown

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
    _paths: ClassVar[Mapping[str, str]] = {}
    """Attribute -> the path that a user would write."""
    _demands: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        prefix, kinds = f"{cls.path}." if cls.path else "", cls.__annotations__
        cls._paths = {name: prefix + field_name(name) for name in kinds}
        cls._demands = frozenset(name for name, kind in kinds.items() if kind.endswith("| None"))

    def __init__(self, root: Workload) -> None:
        self._root = root

    def __getattr__(self, name: str) -> Any:  # only called where the attribute is unset
        path = self._paths.get(name)
        if path is None:
            raise AttributeError(f"{type(self).__name__} has no field {name!r}")
        if name in self._demands:
            return None
        root = self._root
        derivation = root.derivations.get(path)
        if derivation is None:
            raise Unknown(path)
        underivable = root.underivable
        if underivable and path in underivable:
            raise Unknown(underivable[path])
        try:
            value = derivation.derive(root)
        except Unknown as missing:
            if underivable is not None:
                underivable[path] = missing.path
            raise
        root.derived[path] = derivation
        self.__dict__[name] = value
        return value

    def path_of(self, name: str) -> str:
        """Return the path that a user would write for an attribute of this group."""
        return self._paths.get(name) or (f"{self.path}.{field_name(name)}" if self.path else field_name(name))

    def knows(self, name: str) -> bool:
        """Tell whether a fact is stated or follows from what is stated."""
        if name in self.__dict__:
            return True
        if not self._may_follow(name):
            return False
        try:
            getattr(self, name)
        except Unknown:
            return False
        return True

    def get(self, name: str, default: Any = None) -> Any:
        """Return a fact or, where it is unknown, ``default``: for what a verdict may mention but does not rest on."""
        if name not in self.__dict__ and not self._may_follow(name):
            return default
        try:
            return getattr(self, name)
        except Unknown:
            return default

    def _may_follow(self, name: str) -> bool:
        """Tell whether reading an unset field may yield anything; mostly it cannot, and raising would take longer."""
        path, root = self._paths.get(name), self._root
        return (
            name in self._demands or path is None or (path in root.derivations and path not in (root.underivable or ()))
        )

    def stated(self) -> Mapping[str, Any]:
        """Return the fields that were stated (neither derived nor internal), by attribute."""
        derived, paths = self._root.derived, self._paths
        return {
            name: value for name, value in self.__dict__.items() if name[0] != "_" and paths.get(name) not in derived
        }

    def has_stated(self, name: str) -> bool:
        """Tell whether one field was stated."""
        return name in self.__dict__ and self._paths.get(name) not in self._root.derived
