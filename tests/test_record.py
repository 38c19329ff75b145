"""Records are `typing.NamedTuple` in all that they do: both are made from the same body and compared."""

from __future__ import annotations

import copy
import pickle
import typing
from typing import Any, Generic, TypeVar, cast

import pytest

from vmlint import record

_T = TypeVar("_T")


class Fast(record.NamedTuple):
    """A record."""

    name: str
    size: int = 0
    words: tuple[str, ...] = ()
    """What it says."""

    @property
    def long(self) -> bool:
        """Whether it is long."""
        return self.size > 9

    @classmethod
    def of(cls, name: str) -> Fast:
        """Make one."""
        return cls(name, len(name))


class Standard(typing.NamedTuple):
    """A record."""

    name: str
    size: int = 0
    words: tuple[str, ...] = ()
    """What it says."""

    @property
    def long(self) -> bool:
        """Whether it is long."""
        return self.size > 9

    @classmethod
    def of(cls, name: str) -> Standard:
        """Make one."""
        return cls(name, len(name))


class Both(record.NamedTuple, Generic[_T]):
    """A record of any kind of thing."""

    thing: _T


class Wider(Fast):
    """A class that extends a record."""

    __slots__ = ()

    def shout(self) -> str:
        """Say its name."""
        return self.name.upper()


class Nothing(record.NamedTuple):
    """A record without fields."""


def _told(kind: Any) -> Any:
    one, other = kind("a"), kind(name="b", words=("x", "y"), size=12)
    shown = repr(other).replace(kind.__name__, "Record")
    match other:
        case kind(name, size):
            matched = (name, size)
    return [
        shown, matched, one == ("a", 0, ()), hash(one), one < other, len(other), list(other), other.long,
        kind.of("abc"), other._replace(size=1), kind._make(["c", 1, ()]), other._asdict(), kind._fields,
        kind._field_defaults, kind.__match_args__, kind.__doc__, pickle.loads(pickle.dumps(other)),
        copy.deepcopy(other), hasattr(one, "__dict__"), type(copy.copy(other)) is kind, isinstance(other, tuple),
    ]  # fmt: skip


def test_a_record_does_what_the_standard_one_does() -> None:
    assert _told(Fast) == _told(Standard)


@pytest.mark.parametrize(
    "call",
    [
        lambda kind: kind(),
        lambda kind: kind("a", 1, (), 4),
        lambda kind: kind("a", shape=4),
        lambda kind: kind._make(["a"]),
        lambda kind: setattr(kind("a"), "name", "b"),
    ],
)
def test_it_refuses_the_same(call: Any) -> None:
    assert _refusal(call, Fast) == _refusal(call, Standard)


def _refusal(call: Any, kind: Any) -> str:
    with pytest.raises((TypeError, AttributeError)) as caught:
        call(kind)
    return f"{type(caught.value).__name__}: {caught.value}".replace(kind.__name__, "Record")


def test_it_refuses_a_field_that_it_does_not_have() -> None:
    with pytest.raises(AttributeError):
        Fast("a").shape = 4  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match=r"unexpected field names: \['shape'\]"):
        Fast("a")._replace(shape=4)  # type: ignore[call-arg]


def test_a_record_may_be_generic_extended_or_empty() -> None:
    assert Both(3).thing == 3
    assert Both[int](4) == (4,)
    wide = Wider("a", size=2)
    assert (wide.shout(), repr(wide), type(wide._replace(name="b"))) == (
        "A",
        "Wider(name='a', size=2, words=())",
        Wider,
    )
    assert Nothing() == ()


def test_a_field_without_a_default_stands_before_those_with_one() -> None:
    body = {"__annotations__": {"name": "str", "size": "int"}, "name": "", "__module__": __name__}
    with pytest.raises(TypeError, match="cannot follow"):
        cast("Any", type(record.NamedTuple))("Wrong", (record.NamedTuple,), body)
