"""What was found in another revision: it is linted as the present one is, by a process and in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vmlint.cli import INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.options import add_settings
from vmlint.cli.waivers import add_waivers
from vmlint.report.screen import visible

if TYPE_CHECKING:
    from argparse import Namespace

    from vmlint.project.baseline import Entry
    from vmlint.project.revision import Revision
    from vmlint.run.by_file import ByFile
    from vmlint.run.changes import Changes

_FILES = ("config", "host", "catalog")
"""The options that name files or folders. Those of the repository are read as they were."""
_MOST = 500
"""Files that are named to the process; beyond, it lints the whole repository."""


class Before(NamedTuple):
    """What ``--since`` found in a revision."""

    entries: tuple[Entry, ...] = ()
    """As a baseline would list it."""
    same: Set[str] = frozenset()
    """Names from the root of the files in which the same is found now as then, which were not linted again."""


def entries_before(name: str, options: Namespace, settings: ByFile) -> Before:
    """Return what ``--since`` found in a revision. Raises :class:`~vmlint.cli.UsageError`."""
    from vmlint.project.git import GitError
    from vmlint.run.before import gone, lintable
    from vmlint.run.runner import wanted

    known = wanted(settings.readers)
    named = [each for option in _FILES for each in values(getattr(options, option))]
    try:
        changed = None if settings.of_revision else changed_since(name, options, known, named)
        if changed is not None and not changed.other:
            return Before(same=changed.same | changed.referring)
        with lintable(name, Path.cwd(), known, named) as revision:
            if changed is None or changed.everywhere:
                return Before(
                    _linted(revision, options, settings, paths_before(revision, options, gone(revision, known)))
                )
            again = files_before(revision, changed, known)
            return Before(_linted(revision, options, settings, again), changed.same)
    except (GitError, UsageError) as error:
        raise UsageError(f"--since {visible(name)}: {visible(str(error))}") from None


def changed_since(name: str, options: Namespace, wanted: Callable[[str], bool], named: Sequence[str]) -> Changes | None:
    """Return what changed since a revision; ``None`` where that cannot be told before files are read.

    Raises ``GitError``, and :class:`~vmlint.cli.UsageError` for a path outside the repository.
    """
    from vmlint.project.root import git_root
    from vmlint.run.changes import changes
    from vmlint.run.discover import is_passed_over

    root = git_root(Path.cwd())
    if root is None or "-" in options.paths:
        return None
    for path in options.paths:
        place = Path(os.path.realpath(path))
        if not place.is_relative_to(root):
            raise UsageError(f"{visible(path)} is not in the repository around the current folder")
        if any(map(is_passed_over, place.relative_to(root).parent.parts)) or os.path.islink(path):  # noqa: PTH114
            return None  # what is new there is not looked for
    return changes(name, root, wanted, named)


def files_before(revision: Revision, changed: Changes, wanted: Callable[[str], bool]) -> list[str]:
    """Return the files that have to be linted in a revision where the others are the same."""
    names = sorted(name for name in changed.other | changed.referring if wanted(name.rpartition("/")[2]))
    paths = [str(revision.folder / name) for name in names if (revision.folder / name).is_file()]
    return paths if len(paths) <= _MOST else [str(revision.folder)]


def _linted(revision: Revision, options: Namespace, settings: ByFile, paths: Sequence[str]) -> tuple[Entry, ...]:
    here = revision.here(Path.cwd())
    assert here is not None  # noqa: S101 - the repository is the one around the current folder
    here.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = [os.path.relpath(each, here) for each in paths]
    if not paths:
        return ()
    words = [*_options(revision, options, here), f"--today={settings.today}"]
    done = subprocess.run(  # noqa: S603 - vmlint itself, by the Python that runs it
        [sys.executable, "-P", "-m", "vmlint", "baseline", "write", "--baseline=-", *words, "--", *paths],
        cwd=here,
        env=_environment(os.environ, Path.cwd()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode not in (OK, NOTHING, INTERNAL) or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"it ended with {done.returncode}"]
        why = said[-1].partition("error: ")[2] or said[-1]
        raise UsageError(f"that revision cannot be linted: {why}")
    from vmlint.project.baseline import parse

    return parse(done.stdout, "-", bounded=False)


def paths_before(revision: Revision, options: Namespace, gone: Sequence[str]) -> list[str]:
    """Return what is to be linted in a revision: what was named, and files that are gone, since they may be renamed.

    Raises :class:`~vmlint.cli.UsageError` for a path outside the repository.
    """
    paths = [*_paths(revision, options), *(str(revision.folder / each) for each in gone)]
    return paths if len(paths) <= _MOST else [str(revision.folder)]


def _paths(revision: Revision, options: Namespace) -> Iterator[str]:
    """Yield what was named, where it is in the revision, if it is there."""
    for path in options.paths:
        name = options.stdin_filename if path == "-" else path
        place = revision.here(name) if name else None
        if name and place is None:
            raise UsageError(f"{visible(name)} is not in the repository around the current folder")
        if place and place.exists():
            yield str(place)


def _options(revision: Revision, options: Namespace, here: Path) -> Iterator[str]:
    """Yield the options for what is linted against what, as the command line would give them to the other process."""
    parser = ArgumentParser(add_help=False)
    add_settings(parser)
    add_waivers(parser)
    for action in parser._actions:  # noqa: SLF001 - argparse has no door to them
        value = getattr(options, action.dest)
        if action.dest == "today" or value == action.default:
            continue
        option = action.option_strings[0]
        if action.nargs == 0:
            yield option
            continue
        for each in values(value):
            yield f"{option}={_moved(each, revision, here) if action.dest in _FILES else each}"


def _moved(name: str, revision: Revision, here: Path) -> str:
    """Return the name of a file for the other process: as it was in the revision, or else as it is."""
    place = revision.here(name)
    if place is not None and place.exists():
        return os.path.relpath(place, here)
    return os.path.realpath(name) if os.path.lexists(name) else name


def values(value: object) -> list[str]:
    """Return what an option says as a list, whether it may be given several times or not."""
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []


def _environment(present: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment for the other process: it must import nothing from the folder in which it runs."""
    path = present.get("PYTHONPATH")
    inside = [os.path.join(folder, each) for each in path.split(os.pathsep)] if path else []  # noqa: PTH118
    return {
        **present,
        **({"PYTHONPATH": os.pathsep.join(inside)} if inside else {}),
        "PYTHONIOENCODING": "utf-8",
        "VMLINT_NO_CACHE": "1",  # its folder has another name each time
    }
