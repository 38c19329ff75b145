"""Files that were linted at the revision of ``--policy-from`` or ``--since``, and that nobody looks at any more."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.inert import visible

if TYPE_CHECKING:
    from argparse import Namespace

    from vmlint.run.by_file import ByFile
    from vmlint.run.result import Result, Run


def with_unseen(found: Run, options: Namespace, settings: ByFile) -> Run:
    """Return a run that also has a result for each such file. Raises :class:`~vmlint.cli.UsageError`."""
    from vmlint.project.git import GitError
    from vmlint.project.revision import revision_of
    from vmlint.run.out_of_sight import moved_away
    from vmlint.run.runner import wanted

    def left_out(folder: str, name: str, is_folder: bool) -> str:
        return settings.left_out(folder, name, is_folder=is_folder)

    told: dict[str, Result] = {}
    for name in dict.fromkeys(filter(None, (options.policy_from, options.since))):
        try:
            with revision_of(name, Path.cwd(), lambda _: False) as revision:
                readers = settings.readers
                away = moved_away(revision, options.paths, found.files, readers, wanted(readers), left_out)
                for each in away:
                    told.setdefault(each.file, each)
        except GitError as error:
            raise UsageError(f"{visible(name)}: {visible(str(error))}") from None
    if not told:
        return found
    return found.through(lambda results: chain(told.values(), (each for each in results if each.file not in told)))
