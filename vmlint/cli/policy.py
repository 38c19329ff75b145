"""The settings of a run with ``--policy-from``: those of another revision, with the waivers that it has."""

from __future__ import annotations

import os
from contextlib import ExitStack, chdir
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.cli.resolve import settings_for, usage
from vmlint.report.screen import visible

if TYPE_CHECKING:
    from argparse import Namespace

    from vmlint.extend.plugins import Installed
    from vmlint.project.revision import Revision
    from vmlint.run.by_file import ByFile
    from vmlint.run.grants import Grants

NAMED = ("config", "host", "catalog", "baseline")
"""The options that name files or folders. Of the repository, those of the revision are meant."""


def policy(options: Namespace, installed: Installed, until_end: ExitStack) -> ByFile:
    """Return the settings of a run with ``--policy-from``. What that needs stays until the end.

    Raises :class:`~vmlint.cli.UsageError`.
    """
    if options.on:
        raise UsageError("--on reports on another platform, --policy-from on a change; leave one of them out")
    from vmlint.project.git import GitError

    try:
        return _at_revision(options, installed, until_end)
    except GitError as error:
        raise UsageError(f"--policy-from {visible(options.policy_from)}: {visible(str(error))}") from None
    except UsageError as error:
        raise UsageError(f"--policy-from {visible(options.policy_from)}: {error}") from None


def _at_revision(options: Namespace, installed: Installed, until_end: ExitStack) -> ByFile:
    from vmlint.cli.before import paths_before, values
    from vmlint.run.at_revision import AtRevision
    from vmlint.run.before import gone, lintable
    from vmlint.run.runner import wanted

    known = wanted(installed.readers)
    named = [each for option in NAMED for each in values(getattr(options, option))]
    revision = until_end.enter_context(lintable(options.policy_from, Path.cwd(), known, named))
    there = revision.here(Path.cwd())
    assert there is not None  # noqa: S101 - the repository is the one around the current folder
    there.mkdir(mode=0o700, parents=True, exist_ok=True)
    for option in NAMED:
        value = getattr(options, option)
        if value:
            moved = [_moved(each, revision, there) for each in values(value)]
            setattr(options, option, moved if isinstance(value, list) else moved[0])
    paths = paths_before(revision, options, gone(revision, known))
    with chdir(there), usage(installed):
        settings = settings_for(options, installed)
        grants = _grants(revision, [os.path.relpath(each) for each in paths], settings)
    return AtRevision(
        installed,
        settings.lookup,
        settings.today,
        waive=options.waive,
        revision=revision,
        there=there,
        grants=grants,
    )


def _grants(revision: Revision, paths: list[str], settings: ByFile) -> Grants:
    """Return the waivers of the revision, in whose folder this is called."""
    from vmlint.run.accept import Names
    from vmlint.run.grants import Grants
    from vmlint.run.runner import checked

    names = Names(revision.folder)
    grants = Grants(revision.name, Names(revision.root), names.exists)
    for found, held in checked(paths, settings):
        grants.add(found, held, names)
    return grants


def _moved(name: str, revision: Revision, there: Path) -> str:
    """Return the name of a file from the revision's folder ``there``; one outside the repository is as it is."""
    if name == "local":
        return name
    place = revision.named(name)
    return os.path.realpath(name) if place is None else os.path.relpath(place, there)
