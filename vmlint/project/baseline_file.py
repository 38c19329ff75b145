"""Which file holds the baseline for the files of a folder, and reading it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.project.root import BASELINE, as_written, project_of
from vmlint.project.setting import ConfigError, where
from vmlint.record import NamedTuple
from vmlint.words import reason

if TYPE_CHECKING:
    from vmlint.project.baseline import Entry
    from vmlint.project.setting import Setting


class Place(NamedTuple):
    """Where a baseline is, or is to be."""

    file: Path
    """Absolute."""
    shown: str
    """As its user would write it."""
    named: bool
    """Whether an option or a setting names it; where not, there need not be one."""
    root: Path
    """The project whose files it is about: its entries name them from there."""
    origin: str = ""
    """Where a setting names it, for messages: ``vmlint.toml:3:12: baseline: ``."""


def place_for(folder: str, setting: Setting | None, given: str | None = None) -> Place:
    """Return where the baseline for the files of a folder is.

    That is the file ``given`` by an option, or the one that the ``setting`` of the folder names, or the one in the root
    of the folder's project. Raises ``ConfigError`` for a link that leads out of the project.
    """
    root = project_of(folder)
    named = given or (setting.value.path if setting else root / BASELINE)
    file = Path(os.path.abspath(named))  # noqa: PTH100 - links are not followed
    origin = f"{where(setting.place)}: baseline: " if setting and not given else ""
    place = Place(file, as_written(file), bool(given or setting), root, origin)
    if (not given or file.is_relative_to(root)) and leads_out(place):
        raise ConfigError(f"{place.shown}: it is a link that leads out of the project ({root.name}/)")
    return place


def leads_out(place: Place) -> bool:
    """Whether a baseline is outside the project, whose files its entries name."""
    return not Path(os.path.realpath(place.file)).is_relative_to(place.root)


def read(place: Place, rules: Mapping[str, str], *, mends: bool = False) -> tuple[Entry, ...] | None:
    """Return the entries of a baseline; ``None`` where there is none.

    ``rules`` are the names of the rules by their codes; without any, an entry may name every rule.
    With ``mends``, the entries of both sides of a merge that was not finished, each once.
    Raises :class:`~vmlint.project.baseline.BaselineError`, which is a ``ConfigError``.
    """
    if not os.path.lexists(place.file):
        return None
    from vmlint.door import read_bytes
    from vmlint.project.baseline import BaselineError, both_sides, parse  # imported only where there is one

    try:
        data = read_bytes(place.file)
    except FileNotFoundError:  # a link that leads nowhere
        return None
    except OSError as error:
        raise BaselineError(f"{place.shown}: cannot be read: {reason(error)}") from None
    both = both_sides(data) if mends else None
    return parse(data, place.shown, rules) if both is None else tuple(dict.fromkeys(parse(both, place.shown, rules)))


def missing(place: Place) -> ConfigError:
    """Return the error for a baseline that should be there."""
    return ConfigError(f"{place.origin}{place.shown}: there is no such file; `vmlint baseline write` writes a baseline")
