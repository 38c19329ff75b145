"""Kinds of values: how the text of a scalar becomes a value, by the type of its field."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, get_args

from vmlint.model.features import FeatureNeed, read_need
from vmlint.model.values import Duration, OciPlatform, Size, Version, VersionRange
from vmlint.record import NamedTuple

TEXT, NUMBER, FLAG = frozenset({str}), frozenset({int}), frozenset({bool})
TEXT_OR_NUMBER = frozenset({str, int, float})
"""What YAML users write unquoted as a number; its text is kept as written, so ``8.10`` is not ``8.1``."""
REMEMBERED = 64
"""Characters of the longest text whose value is remembered."""


class Kind(NamedTuple):
    """One kind of scalar."""

    name: str
    """What the schemas and the tables of other spellings call it."""
    read: Callable[[str], Any]
    """Returns the value of a text; raises ``ValueError`` with a sentence that names what was expected."""
    written_as: frozenset[type] = TEXT
    """The types that YAML may resolve the scalar to."""
    words: tuple[str, ...] = ()
    """All valid words, if they are listed."""
    varies: bool = False
    """Whether nearly every workload has a value of its own: numbers, versions, names."""


class Vocabulary(NamedTuple):
    """Gives a ``Literal`` its name: ``Annotated[Literal["bios", "uefi"], Vocabulary("FirmwareType")]``."""

    name: str
    written_as: frozenset[type] = TEXT


@functools.cache
def kind_of(annotation: Any) -> Kind:
    """Return the kind of a type in an annotation. Raises ``TypeError`` where there is none."""
    marker = getattr(annotation, "__metadata__", (None,))[0]
    if isinstance(marker, Kind):
        return marker
    if isinstance(marker, Vocabulary):
        words = get_args(annotation.__origin__)
        return Kind(marker.name, _one_of(marker.name, words), marker.written_as, words)
    if annotation not in _KINDS:
        raise TypeError(f"no kind of value reads {annotation!r}; add one to vmlint.model.kinds")
    return _KINDS[annotation]


def words_of(vocabulary: Any) -> tuple[str, ...]:
    """Return the words of a vocabulary: ``words_of(FirmwareType)`` is ``("bios", "uefi")``."""
    return kind_of(vocabulary).words


def _one_of(name: str, words: tuple[str, ...]) -> Callable[[str], str]:
    allowed = frozenset(words)

    def read(text: str) -> str:
        if text in allowed:
            return text
        from vmlint.model.aliases import ALIASES  # reads a file that most manifests do not need

        word = ALIASES.get(name, {}).get(text)
        if word is None:
            raise ValueError(f"expected one of {', '.join(words)}")
        return word

    return read


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("expected true or false")
    return text == "true"


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise ValueError("expected a whole number, zero or more")
    return int(text)


def _labels(_: str) -> dict[str, str]:
    raise ValueError("expected a block of labels")


def _once(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a function that reads a text as ``read`` does, and the same text once: no value ever changes."""
    remembered = functools.lru_cache(maxsize=1024)(read)
    return lambda text: remembered(text) if len(text) <= REMEMBERED else read(text)


_KINDS: dict[Any, Kind] = {
    str: Kind("str", str),
    bool: Kind("bool", _flag, FLAG),
    int: Kind("Count", _count, NUMBER, varies=True),
    Version: Kind("Version", _once(Version), TEXT_OR_NUMBER, varies=True),
    VersionRange: Kind("VersionRange", _once(VersionRange), TEXT_OR_NUMBER, varies=True),
    OciPlatform: Kind("OciPlatform", _once(OciPlatform.parse)),
    Size: Kind("Size", _once(Size.parse), varies=True),
    FeatureNeed: Kind("FeatureNeed", _once(read_need), varies=True),
    Duration: Kind("Duration", _once(Duration.parse), varies=True),
    dict[str, str]: Kind("labels", _labels, frozenset(), varies=True),
}
