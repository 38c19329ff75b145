"""The outline of a workload: what it has in common with others that differ in numbers, versions and names alone.

What rules find in one workload, they find in each with the same outline, unless they read a value beyond it. Such a
reading is noted (:class:`vmlint.model.fields.Group`).
"""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Mapping, Set
from typing import Any

from vmlint.model.derivation import DerivedFacts
from vmlint.model.fields import Group
from vmlint.model.paths import stated_at
from vmlint.model.workload import Workload
from vmlint.record import NamedTuple


def outline(workload: Workload) -> Hashable:
    """Return a key that is equal for workloads that state the same fields, and but for values of their own the same.

    Catalogue and day are parts of it. Raises ``TypeError`` for a value that cannot be hashed, as a plugin may state.
    """
    found: list[tuple[str, Hashable]] = []
    _add(workload, found)
    return workload.catalog, workload.today, frozenset(workload.derivations), frozenset(found)


class _Paths(NamedTuple):
    """The paths of a group's own fields, by attribute."""

    common: Mapping[str, str]
    varying: Mapping[str, str]
    """Those in which nearly every workload has a value of its own."""


@functools.cache
def _paths(kind: type[Group]) -> _Paths:
    leaves = {name: field for name, field in kind.fields.items() if field.group is None}
    return _Paths(
        {name: field.path for name, field in leaves.items() if not field.kind.varies},
        {name: field.path for name, field in leaves.items() if field.kind.varies},
    )


def _add(group: Group, found: list[tuple[str, Hashable]]) -> None:
    """Add what is stated in a group and in those within: of a value of the workload's own, whether it is empty."""
    common, varying = _paths(type(group))  # type: ignore[arg-type]
    for name, value in vars(group).items():
        if (path := common.get(name)) is not None:
            found.append((path, value))
        elif isinstance(value, Group):
            _add(value, found)
        elif name in varying:
            found.append((varying[name], bool(value)))


class Written(dict[str, tuple[str, str]]):
    """What a workload states, down to how it is written: looked up once for each field, however many rules read it."""

    def __init__(self, workload: Workload) -> None:
        super().__init__()
        self._workload = workload

    def __missing__(self, path: str) -> tuple[str, str]:
        found = self[path] = as_written(stated_at(self._workload, path))
        return found

    def variations(self, paths: Iterable[str]) -> Hashable:
        """Return a key of what is stated in some fields."""
        return tuple(map(self.__getitem__, paths))


def as_written(value: Any) -> tuple[str, str]:
    """Return a key of a value that differs for equal values that are written otherwise: 4Gi and 4096Mi, 6.1 and 6.1.0.

    Messages say what is written, and 6.1 may mean 6.1.90, while 6.1.0 does not.
    """
    return repr(value), str(value)


def overlook(workload: Workload) -> None:
    """Forget what was noted, and what was derived before, since deriving is reading."""
    derived = _derived(workload)
    derived.clear()
    derived.missing.clear()
    derived.overlooked |= derived.noted
    derived.noted.clear()


def note(workload: Workload, paths: Iterable[str]) -> None:
    """Note that what is told of a workload rests on some fields, as if they had been read."""
    _derived(workload).noted.update(paths)


def noted(workload: Workload) -> Set[str]:
    """Return the fields whose value the outline leaves out, and that were read since :func:`overlook`."""
    return _derived(workload).noted


def _derived(workload: Workload) -> DerivedFacts:
    derived: DerivedFacts = vars(workload)["_derived"]
    return derived
