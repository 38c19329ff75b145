"""What accepts old findings: the baseline, and what was there before a change."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.cli.say import say
from vmlint.inert import visible
from vmlint.report.wording import count

if TYPE_CHECKING:
    from argparse import Namespace

    from vmlint.cli.before import Lint
    from vmlint.extend.plugins import Installed
    from vmlint.lint.rule import Coded
    from vmlint.run.accept import Known
    from vmlint.run.baselines import Baselines
    from vmlint.run.by_file import ByFile
    from vmlint.run.result import Run


class Acceptance:
    """What accepts old findings in a run of ``vmlint check``."""

    def __init__(self, options: Namespace, settings: ByFile, installed: Installed, lint: Lint) -> None:
        """``lint`` returns the run that options ask for. Raises :class:`~vmlint.cli.UsageError` and ``ConfigError``."""
        self._options = options
        if options.on and options.since:
            raise UsageError("--on reports on another platform, --since on a change; leave one of them out")
        if options.baseline and options.no_baseline:
            raise UsageError("--baseline names what --no-baseline leaves out; leave one of them out")
        self._baselines = None if options.no_baseline else baselines(options, settings, installed)
        self._before = _before(options, settings, installed, lint) if options.since else None

    def applied(self, found: Run) -> Run:
        """Return a run in which old findings are accepted. Raises ``ConfigError`` for a fault of a baseline."""
        if self._baselines is not None:
            # All are read now: what is wrong with one is said before the first result.
            known = [self._baselines.known(place) for place in self._baselines.places(found.files)]
            if any(known):
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


def baselines(options: Namespace, settings: ByFile, installed: Installed, *, mends: bool = False) -> Baselines:
    """Return the baselines of the files: as the option says, or their settings, or in the root of their project."""
    from vmlint.run.baselines import Baselines

    paths = [(options.stdin_filename or "") if path == "-" else path for path in options.paths]
    return Baselines(settings, paths, options.baseline, rules=_rules_to_name(installed), mends=mends)


def _before(options: Namespace, settings: ByFile, installed: Installed, lint: Lint) -> Known:
    from vmlint.cli.before import found_before
    from vmlint.run.accept import Known, Names

    before = found_before(options.since, options, installed, settings, lint)
    names = Names(before.root)
    return Known(before.entries, "before", names, before.root, renames=before.renames, same=before.same)


def rule_names(installed: Installed) -> dict[str, str]:
    """Return the names of the rules by their codes."""
    from vmlint.findings.codes import CODES

    every: tuple[Coded, ...] = (*installed.rules, *CODES.values())
    return {rule.code: rule.name for rule in every}


def _rules_to_name(installed: Installed) -> dict[str, str]:
    """Return the rules that a baseline may name; none where a plugin did not load, which may have others."""
    return {} if installed.failures else rule_names(installed)


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
