"""The options that accept old findings: the baseline, and what was there before a change."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.cli.say import say
from vmlint.project.baseline_file import place_for, read
from vmlint.project.root import project_of
from vmlint.report.screen import visible
from vmlint.report.wording import count

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator

    from vmlint.cli.before import Lint
    from vmlint.extend.plugins import Installed
    from vmlint.lint.rule import Coded
    from vmlint.project.baseline_file import Place
    from vmlint.run.accept import Known
    from vmlint.run.by_file import ByFile
    from vmlint.run.result import Result, Run


def add_accepting(parser: ArgumentParser) -> None:
    """Add the options of ``vmlint check`` that accept old findings."""
    add_baseline(parser)
    parser.add_argument("--no-baseline", action="store_true", help="report the findings of the baseline as well")
    parser.add_argument(
        "--since",
        metavar="REV",
        help="accept what was found in this git revision already; `REV...`: in the one where the branch began; "
        "by the branch's own settings and waivers, unless --policy-from is given as well",
    )
    parser.add_argument(
        "--tracked", action="store_true", help="leave out files that git does not know, as a commit does"
    )


def add_baseline(parser: ArgumentParser) -> None:
    """Add the option that names the baseline."""
    parser.add_argument(
        "--baseline",
        metavar="FILE",
        help="old findings that are accepted (default: vmlint-baseline.json in the root of the project)",
    )


class Acceptance:
    """What accepts old findings in a run of ``vmlint check``."""

    def __init__(self, options: Namespace, settings: ByFile, installed: Installed, lint: Lint) -> None:
        """``lint`` returns the run that options ask for. Raises :class:`~vmlint.cli.UsageError` and ``ConfigError``."""
        self._options = options
        if options.on and options.since:
            raise UsageError("--on reports on another platform, --since on a change; leave one of them out")
        if options.baseline and options.no_baseline:
            raise UsageError("--baseline names what --no-baseline leaves out; leave one of them out")
        self._baselines = None if options.no_baseline else Baselines(options, settings, installed)
        self._before = _before(options, settings, installed, lint) if options.since else None

    def applied(self, found: Run) -> Run:
        """Return a run in which old findings are accepted."""
        if self._baselines is not None:
            found = found.through(self._baselines.stage)
        return found if self._before is None else found.through(self._before.stage)

    @property
    def renamed(self) -> dict[str, str]:
        """The new files in which findings were accepted since they were there under another name, with that name."""
        every = [*(self._baselines.every if self._baselines else ()), *([self._before] if self._before else ())]
        return {new: old for known in every for new, old in known.renamed.items()}

    def say_mended(self) -> None:
        """Say after a run how many findings of the baseline are no more."""
        if self._baselines is None or narrowed(self._options):
            return
        mended = 0
        for known in self._baselines.every:
            whole = is_whole(self._options.paths, known.root)
            mended += sum(each.times for each in known.left() if known.mended(each, whole=whole))
        if mended:
            said, they = ("is", "it") if mended == 1 else ("are", "them")
            say(f"{count(mended, 'finding')} of the baseline {said} mended; `vmlint baseline update` removes {they}")


class Baselines:
    """The baseline of each linted file: that of its project, whichever folder is the current one."""

    def __init__(self, options: Namespace, settings: ByFile, installed: Installed) -> None:
        """Read those of the files and folders that are named. Raises ``ConfigError``."""
        self._given = options.baseline
        self._settings = settings
        self._installed = installed
        self._of_folder: dict[str, Known | None] = {}
        self._known: dict[Path, Known | None] = {}
        for path in options.paths:
            self._of(folder_of(path, options.stdin_filename))

    @property
    def every(self) -> list[Known]:
        """Those that were read."""
        return [known for known in self._known.values() if known is not None]

    def stage(self, results: Iterable[Result]) -> Iterator[Result]:
        """Accept in each result the findings of its baseline."""
        for result in results:
            known = self._of(os.path.dirname(result.file))  # noqa: PTH120 - for each file
            yield known.judged(result) if known is not None else result

    def _of(self, folder: str) -> Known | None:
        if folder not in self._of_folder:
            moved = self._settings.moved(folder)
            root = project_of(folder)
            with self._settings.inside():
                place = place_for(moved, self._settings.lookup, self._given)
                if place.file not in self._known:
                    self._known[place.file] = self._read(place, root)
            self._of_folder[folder] = self._known[place.file]
        return self._of_folder[folder]

    def _read(self, place: Place, root: Path) -> Known | None:
        rules = rules_to_name(self._installed)
        entries = read(place, rules)
        if entries is None and place.named:
            raise UsageError(no_baseline(place))
        if not entries:
            return None
        from vmlint.run.accept import Known, Names

        return Known(entries, "baseline", Names(), root, rules=rules)


def _before(options: Namespace, settings: ByFile, installed: Installed, lint: Lint) -> Known:
    from vmlint.cli.before import found_before
    from vmlint.run.accept import Known, Names

    before = found_before(options.since, options, installed, settings, lint)
    names = Names(before.root)
    return Known(before.entries, "before", names, before.root, renames=before.renames, same=before.same)


def no_baseline(place: Place) -> str:
    """Return that a baseline is not there, and what writes one."""
    return f"{visible(place.shown)}: there is no such file; `vmlint baseline write` writes a baseline"


def rule_names(installed: Installed) -> dict[str, str]:
    """Return the names of the rules by their codes."""
    from vmlint.findings.codes import CODES

    every: tuple[Coded, ...] = (*installed.rules, *CODES.values())
    return {rule.code: rule.name for rule in every}


def rules_to_name(installed: Installed) -> dict[str, str]:
    """Return the rules that a baseline may name; none where a plugin did not load, which may have others."""
    return {} if installed.failures else rule_names(installed)


def folder_of(path: str, stdin_name: str | None = None) -> str:
    """Return the folder of a file, or a folder itself, as its user names it; that of standard input by its name."""
    if path == "-":
        return os.path.dirname(stdin_name or "")  # noqa: PTH120
    return path if os.path.isdir(path) else os.path.dirname(path)  # noqa: PTH112, PTH120


def narrowed(options: Namespace) -> bool:
    """Whether options or the environment leave out rules that the settings of the project do not."""
    asked = (options.select, options.ignore, options.profile)
    return any(asked) or any(os.environ.get(f"VMLINT_{word}") for word in ("SELECT", "IGNORE", "PROFILE"))


def tracked() -> frozenset[str]:
    """Return the absolute paths of the files that git knows. Raises :class:`~vmlint.cli.UsageError`."""
    from vmlint.project.git import GitError, Repository
    from vmlint.project.root import git_root

    root = git_root(Path.cwd())
    try:
        if root is None:
            raise GitError("there is no git repository here")
        return frozenset(os.path.join(root, name) for name in Repository(root).tracked())  # noqa: PTH118 - very many
    except GitError as error:
        raise UsageError(f"--tracked: {visible(str(error))}") from None


def is_whole(paths: list[str], root: Path) -> bool:
    """Whether a project is linted as a whole."""
    return any(path != "-" and root.is_relative_to(os.path.realpath(path)) for path in paths)
