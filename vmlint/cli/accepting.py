"""What accepts old findings: the baseline, and what was there before a change."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vmlint.cli import UsageError
from vmlint.cli.say import say
from vmlint.project.root import BASELINE, as_written, project_root
from vmlint.report.screen import visible
from vmlint.report.wording import count

if TYPE_CHECKING:
    from argparse import Namespace

    from vmlint.project.baseline import Entry
    from vmlint.run.accept import Known
    from vmlint.run.by_file import ByFile
    from vmlint.run.result import Run


class Place(NamedTuple):
    """Where the baseline is, or is to be."""

    file: Path
    shown: str
    named: bool
    """Whether an option or a setting names it; where not, there need not be one."""


class Acceptance:
    """What accepts old findings in a run of ``vmlint check``."""

    def __init__(self, options: Namespace, settings: ByFile) -> None:
        self._options = options
        if options.on and options.since:
            raise UsageError("--on reports on another platform, --since on a change; leave one of them out")
        if options.baseline and options.no_baseline:
            raise UsageError("--baseline names what --no-baseline leaves out; leave one of them out")
        self._baseline = None if options.no_baseline else _baseline(options, settings)
        self._before = _before(options, settings) if options.since else None

    def applied(self, found: Run) -> Run:
        """Return a run in which old findings are accepted."""
        for known in filter(None, (self._baseline, self._before)):
            found = found.through(known.stage)
        return found

    def say_mended(self) -> None:
        """Say after a run how many findings of the baseline are no more."""
        if self._baseline is None or narrowed(self._options):
            return
        whole = is_whole(self._options.paths)
        mended = sum(each.times for each in self._baseline.left() if self._baseline.mended(each, whole=whole))
        if mended:
            said, they = ("is", "it") if mended == 1 else ("are", "them")
            say(f"{count(mended, 'finding')} of the baseline {said} mended; `vmlint baseline update` removes {they}")


def _baseline(options: Namespace, settings: ByFile) -> Known | None:
    with settings.inside():
        place = place_of(options, settings)
        entries = read(place)
    if entries is None and place.named:
        raise UsageError(f"{place.shown}: there is no such file; `vmlint baseline write` writes a baseline")
    if not entries:
        return None
    from vmlint.run.accept import Known, Names

    return Known(entries, "baseline", Names(project_root(Path.cwd())))


def _before(options: Namespace, settings: ByFile) -> Known:
    from vmlint.cli.before import entries_before
    from vmlint.run.accept import Known, Names

    return Known(entries_before(options.since, options, settings), "before", Names(project_root(Path.cwd())))


def place_of(options: Namespace, settings: ByFile) -> Place:
    """Return where the baseline is: as an option says, or the settings of the current folder, or in the project's root.

    Raises :class:`~vmlint.cli.UsageError` for a link that leads out of the project.
    """
    root = project_root(Path.cwd())
    set_to = settings.lookup.folder().value("baseline")
    file = Path(options.baseline) if options.baseline else set_to.path if set_to else root / BASELINE
    place = Place(file, visible(as_written(file)), bool(options.baseline or set_to))
    if not options.baseline or Path(os.path.abspath(file)).is_relative_to(root):  # noqa: PTH100 - links are not followed
        inside = Path(os.path.realpath(file))
        if not inside.is_relative_to(root):
            raise UsageError(f"{place.shown}: it is a link that leads out of the project ({visible(root.name)}/)")
    return place


def read(place: Place) -> tuple[Entry, ...] | None:
    """Return the entries of a baseline; ``None`` where there is none. Raises :class:`~vmlint.cli.UsageError`."""
    if not os.path.lexists(place.file):
        return None
    from vmlint.project import baseline  # imported only where there is one

    try:
        return baseline.read(place.file, place.shown)
    except FileNotFoundError:  # a link that leads nowhere
        return None
    except baseline.BaselineError as error:
        raise UsageError(visible(str(error))) from None


def narrowed(options: Namespace) -> bool:
    """Whether options or the environment leave out rules that the settings of the project do not."""
    asked = (options.select, options.ignore, options.profile)
    return any(asked) or any(os.environ.get(f"VMLINT_{word}") for word in ("SELECT", "IGNORE", "PROFILE"))


def is_whole(paths: list[str]) -> bool:
    """Whether the project around the current folder is linted as a whole."""
    root = project_root(Path.cwd())
    return any(path != "-" and root.is_relative_to(os.path.realpath(path)) for path in paths)
