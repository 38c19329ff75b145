"""Which file holds the baseline for the files of a folder, and reading it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vmlint.project.root import BASELINE, as_written, project_of
from vmlint.project.setting import ConfigError
from vmlint.words import reason

if TYPE_CHECKING:
    from vmlint.project.baseline import Entry
    from vmlint.project.lookup import Lookup


class Place(NamedTuple):
    """Where a baseline is, or is to be."""

    file: Path
    shown: str
    """As its user would write it."""
    named: bool
    """Whether an option or a setting names it; where not, there need not be one."""
    root: Path
    """The project whose files it is about: its entries name them from there."""


def place_for(folder: str, lookup: Lookup, given: str | None = None) -> Place:
    """Return where the baseline for the files of a folder is.

    That is the file ``given`` by an option, or the one that the settings of the folder name, or the one in the root of
    the folder's project. Raises ``ConfigError`` for a link that leads out of the project.
    """
    root = project_of(folder)
    set_to = lookup.folder(folder).value("baseline")
    file = Path(given) if given else set_to.path if set_to else root / BASELINE
    place = Place(file, as_written(file), bool(given or set_to), root)
    if not given or Path(os.path.abspath(file)).is_relative_to(root):  # noqa: PTH100 - links are not followed
        inside = Path(os.path.realpath(file))
        if not inside.is_relative_to(root):
            raise ConfigError(f"{place.shown}: it is a link that leads out of the project ({root.name}/)")
    return place


def read(place: Place, rules: Mapping[str, str], *, mends: bool = False) -> tuple[Entry, ...] | None:
    """Return the entries of a baseline; ``None`` where there is none.

    ``rules`` are the names of the rules by their codes; without any, an entry may name every rule.
    With ``mends``, the entries of both sides of a merge that was not finished, each once.
    Raises :class:`~vmlint.project.baseline.BaselineError`, which is a ``ConfigError``.
    """
    if not os.path.lexists(place.file):
        return None
    from vmlint.project.baseline import BaselineError, both_sides, parse  # imported only where there is one
    from vmlint.reading.file import read_bytes

    try:
        data = read_bytes(place.file, pipes=False)
    except FileNotFoundError:  # a link that leads nowhere
        return None
    except OSError as error:
        raise BaselineError(f"{place.shown}: cannot be read: {reason(error)}") from None
    both = both_sides(data) if mends else None
    return parse(data, place.shown, rules) if both is None else tuple(dict.fromkeys(parse(both, place.shown, rules)))
