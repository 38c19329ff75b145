"""The settings of a run with ``--policy-from``: those of another revision, with the waivers that it has."""

from __future__ import annotations

import os
from contextlib import ExitStack, chdir
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.cli.resolve import settings_for, usage
from vmlint.inert import visible

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Set

    from vmlint.extend.plugins import Installed
    from vmlint.project.revision import Revision
    from vmlint.run.by_file import ByFile
    from vmlint.run.grants import Grants


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
    from vmlint.cli.before import changed_since, files_before, named, paths_before, there
    from vmlint.run.accept import Names
    from vmlint.run.at_revision import AtRevision
    from vmlint.run.before import gone, lintable, with_waivers
    from vmlint.run.grants import Grants
    from vmlint.run.renamed import renames
    from vmlint.run.runner import wanted

    known = wanted(installed.readers)
    changed = changed_since(options.policy_from, options, known, named(options))
    if changed is not None and not changed.other:
        return settings_for(options, installed)  # the present revision is that one
    revision = until_end.enter_context(lintable(options.policy_from, Path.cwd(), known, named(options)))
    asked = there(options, revision)
    options.baseline = asked.baseline  # it is looked for in the folder of the revision, too
    same: Set[str] = frozenset()
    if changed is None or changed.everywhere:
        paths = paths_before(revision, options, gone(revision, known))
    else:
        paths, same = files_before(revision, changed, known), changed.same | changed.referring
    paths = with_waivers(revision, paths)
    renamed = renames(revision, options.paths, known, Names(revision.root))
    folder = revision.there(Path.cwd())
    with chdir(folder), usage(installed):
        settings = settings_for(asked, installed, environment=asked.environment)
        grants = _filled(
            revision,
            [os.path.relpath(each) for each in paths],
            settings,
            Grants(revision.name, Names(revision.root), renamed, same),
        )
    found = AtRevision(
        installed,
        settings.lookup,
        settings.today,
        waive=options.waive,
        revision=revision,
        there=folder,
        grants=grants,
    )
    found.follows_links = options.follow_links
    return found


def _filled(revision: Revision, paths: list[str], settings: ByFile, grants: Grants) -> Grants:
    """Return the waivers of the revision, in whose folder this is called, with those of some files added."""
    from vmlint.run.accept import Names
    from vmlint.run.runner import checked

    names = Names(revision.folder)
    for found, held in checked(paths, settings) if paths else ():
        grants.add(found, held, names)
    return grants
