"""The options that accept old findings: the baseline, and what was there before a change."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.cli.say import say
from vmlint.project.root import BASELINE, project_root
from vmlint.project.setting import ConfigError
from vmlint.report.screen import visible
from vmlint.report.wording import count

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from vmlint.run.accept import Known
    from vmlint.run.baselines import Baselines
    from vmlint.run.by_file import ByFile
    from vmlint.run.result import Run


def add_accepting(parser: ArgumentParser) -> None:
    """Add the options of ``vmlint check`` that accept old findings."""
    add_baseline(parser)
    parser.add_argument("--no-baseline", action="store_true", help="report the findings of the baseline as well")
    parser.add_argument(
        "--since",
        metavar="REV",
        help="accept what was found in this git revision already; `REV...`: in the one where the branch began",
    )


def add_baseline(parser: ArgumentParser) -> None:
    """Add the option that names the baseline."""
    parser.add_argument(
        "--baseline",
        metavar="FILE",
        help="old findings that are accepted (default: of each file, what its settings name, or else "
        "vmlint-baseline.json in the root of the project)",
    )


class Acceptance:
    """What accepts old findings in a run of ``vmlint check``."""

    def __init__(self, options: Namespace, settings: ByFile) -> None:
        self._options = options
        if options.on and options.since:
            raise UsageError("--on reports on another platform, --since on a change; leave one of them out")
        if options.baseline and options.no_baseline:
            raise UsageError("--baseline names what --no-baseline leaves out; leave one of them out")
        self._settings = settings
        self._baselines: Baselines | None = None
        self._before = _before(options, settings) if options.since else None

    def applied(self, found: Run) -> Run:
        """Return a run in which old findings are accepted. Raises ``ConfigError`` for a fault of a baseline."""
        if not self._options.no_baseline and _is_any(self._options, self._settings):
            self._baselines = baselines(self._options, self._settings)
            for place in self._baselines.places(found.files):
                self._baselines.known(place)  # what is wrong with one is said before the first result
            found = found.through(self._baselines.stage)
        return found.through(self._before.stage) if self._before else found

    def say_mended(self) -> None:
        """Say after a run how many findings of the baseline are no more."""
        if self._baselines is None or narrowed(self._options):
            return
        mended = sum(each.times for each in self._baselines.mended())
        if mended:
            said, they = ("is", "it") if mended == 1 else ("are", "them")
            say(f"{count(mended, 'finding')} of the baseline {said} mended; `vmlint baseline update` removes {they}")


def _is_any(options: Namespace, settings: ByFile) -> bool:
    """Whether there may be a baseline, once the settings of all files were found."""
    if options.baseline or settings.lookup.says("baseline"):
        return True
    with settings.inside():
        return os.path.lexists(project_root(Path.cwd()) / BASELINE)


def baselines(options: Namespace, settings: ByFile) -> Baselines:
    """Return where the baselines of the files are: as the option says, or their settings, or in the project's root.

    Raises :class:`~vmlint.cli.UsageError` for a link that leads out of the project.
    """
    from vmlint.run.baselines import Baselines

    with faults():
        return Baselines(settings, options.baseline, whole=is_whole(options.paths))


@contextmanager
def faults() -> Iterator[None]:
    """Turn a fault of a baseline into a :class:`~vmlint.cli.UsageError`."""
    try:
        yield
    except ConfigError as error:
        raise UsageError(visible(str(error))) from None


def _before(options: Namespace, settings: ByFile) -> Known:
    from vmlint.cli.before import entries_before
    from vmlint.run.accept import Known, Names

    return Known(entries_before(options.since, options, settings), "before", Names(project_root(Path.cwd())))


def narrowed(options: Namespace) -> bool:
    """Whether options or the environment leave out rules that the settings of the project do not."""
    asked = (options.select, options.ignore, options.profile)
    return any(asked) or any(os.environ.get(f"VMLINT_{word}") for word in ("SELECT", "IGNORE", "PROFILE"))


def is_whole(paths: list[str]) -> bool:
    """Whether the project around the current folder is linted as a whole."""
    root = project_root(Path.cwd())
    return any(path != "-" and root.is_relative_to(os.path.realpath(path)) for path in paths)
