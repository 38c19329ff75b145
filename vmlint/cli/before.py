"""Another revision, for ``--since`` and ``--policy-from``: what the options name there, and what was found in it."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import chdir
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.cli.resolve import settings_for, usage
from vmlint.inert import visible
from vmlint.project.revision import NAMES_FILES
from vmlint.project.root import project_of
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.extend.plugins import Installed
    from vmlint.project.baseline import Entry
    from vmlint.project.revision import Revision
    from vmlint.run.by_file import ByFile
    from vmlint.run.changes import Changes
    from vmlint.run.result import Run

Lint = Callable[[Namespace, "ByFile", "Installed"], "Run"]
"""Returns the run that options ask for, with the settings of each file."""
_MOST = 500
"""Files that are linted one by one; beyond, the whole revision is."""


class Before(NamedTuple):
    """What was there before a change."""

    root: Path
    """The root of the repository."""
    entries: tuple[Entry, ...] = ()
    """What was found, as a baseline would list it."""
    renames: Mapping[str, str] = MappingProxyType({})
    """The name of each renamed file, with the name that it had."""
    same: Set[str] = frozenset()
    """Names from the root of the files in which the same is found now as then, which were not linted again."""


def found_before(name: str, options: Namespace, installed: Installed, settings: ByFile, lint: Lint) -> Before:
    """Return what ``--since`` finds in a revision, by the same ``lint`` that judges the present files.

    Raises :class:`~vmlint.cli.UsageError`.
    """
    from vmlint.project.git import GitError
    from vmlint.run.accept import Names
    from vmlint.run.before import gone, lintable
    from vmlint.run.renamed import renames
    from vmlint.run.runner import wanted

    known = wanted(installed.readers)
    try:
        changed = None if settings.of_revision else changed_since(name, options, known, named(options))
        if changed is not None and not changed.other:
            return Before(project_of(""), same=changed.same | changed.referring)
        with lintable(name, Path.cwd(), known, named(options)) as revision:
            asked = there(options, revision, or_present=True)
            asked.today = settings.today
            if changed is None or changed.everywhere:
                asked.paths, same = paths_before(revision, options, gone(revision, known)), frozenset[str]()
            else:
                asked.paths, same = files_before(revision, changed, known), frozenset(changed.same)
            renamed = renames(revision, options.paths, known, Names(revision.root))
            return Before(revision.root, tuple(_entries(revision, asked, installed, lint)), renamed, same)
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


def _entries(revision: Revision, options: Namespace, installed: Installed, lint: Lint) -> list[Entry]:
    """Lint a revision as the present files are linted, and return what is found."""
    from vmlint.run.accept import Names, entries

    if not options.paths:
        return []
    options.stdin_filename, options.cache = None, False  # its folder has another name each time
    names = Names(revision.folder)
    with chdir(revision.there(Path.cwd())):
        options.paths = [os.path.relpath(each) for each in options.paths]
        try:
            with usage(installed):
                run = lint(options, settings_for(options, installed, environment=options.environment), installed)
                return [each for found in run for each in entries(found, lambda one: one.accepted is None, names)]
        except UsageError as error:
            raise UsageError(f"that revision cannot be linted: {error}") from None


def named(options: Namespace) -> list[str]:
    """Return the files and folders that options and the environment name."""
    given = [each for option in NAMES_FILES for each in _values(getattr(options, option))]
    said = [os.environ.get(variable, "") for variable in NAMES_FILES.values() if variable]
    return [*given, *(each for text in said for each in text.split(os.pathsep) if each)]


def there(options: Namespace, revision: Revision, *, or_present: bool = False) -> Namespace:
    """Return options that name the files of a revision, from the folder there that stands for the current one.

    They hold the ``environment``, whose variables do so as well. ``or_present``: a file that the revision does not have
    is the present one.
    """
    folder = revision.there(Path.cwd())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    moved = Namespace(**vars(options))
    moved.environment = dict(os.environ)
    for option, variable in NAMES_FILES.items():
        value = getattr(options, option)
        if value:
            each = [revision.moved(name, folder, or_present=or_present) for name in _values(value)]
            setattr(moved, option, each if isinstance(value, list) else each[0])
        if variable and os.environ.get(variable):
            parts = os.environ[variable].split(os.pathsep)
            each = [revision.moved(name, folder, or_present=or_present) for name in parts if name]
            moved.environment[variable] = os.pathsep.join(each)
    return moved


def _values(value: object) -> list[str]:
    """Return what an option says as a list, whether it may be given several times or not."""
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []


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
