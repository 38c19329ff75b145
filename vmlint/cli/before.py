"""What was found in another revision: it is linted as the present one is, by a process and in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.options import add_settings, add_waivers
from vmlint.report.screen import visible

if TYPE_CHECKING:
    from argparse import Namespace

    from vmlint.project.baseline import Entry
    from vmlint.project.revision import Revision
    from vmlint.run.by_file import ByFile

_FILES = ("config", "host", "catalog")
"""The options that name files or folders. Those of the repository are read as they were."""
_MOST = 500
"""Files that are named to the process; beyond, it lints the whole repository."""


def entries_before(name: str, options: Namespace, settings: ByFile) -> tuple[Entry, ...]:
    """Return what ``--since`` found in a revision, as a baseline would list it.

    Raises :class:`~vmlint.cli.UsageError`.
    """
    from vmlint.project.git import GitError
    from vmlint.run.before import gone, lintable
    from vmlint.run.runner import wanted

    known = wanted(settings.readers)
    named = [each for option in _FILES for each in values(getattr(options, option))]
    try:
        with lintable(name, Path.cwd(), known, named) as revision:
            return _linted(revision, options, settings, gone(revision, known))
    except (GitError, UsageError) as error:
        raise UsageError(f"--since {visible(name)}: {visible(str(error))}") from None


def _linted(revision: Revision, options: Namespace, settings: ByFile, gone: Sequence[str]) -> tuple[Entry, ...]:
    here = revision.here(Path.cwd())
    assert here is not None  # noqa: S101 - the repository is the one around the current folder
    here.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = [os.path.relpath(each, here) for each in paths_before(revision, options, gone)]
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
