"""The settings of a run, or with ``--policy-from`` those of another revision, with the waivers that it has."""

from __future__ import annotations

import os
from contextlib import ExitStack, chdir
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.cli.resolve import settings_for, usage
from vmlint.report.screen import visible

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping

    from vmlint.extend.plugins import Installed
    from vmlint.project.revision import Revision
    from vmlint.run.by_file import ByFile
    from vmlint.run.grants import Grants


def add_policy(parser: ArgumentParser) -> None:
    """Add the option that takes the settings from another revision."""
    parser.add_argument(
        "--policy-from",
        metavar="REV",
        help="judge by settings, catalogue, baseline and waivers of this git revision; report new waivers",
    )


def policy(options: Namespace, installed: Installed, until_end: ExitStack) -> ByFile:
    """Return the settings of a run. What ``--policy-from`` needs stays until the end.

    Raises :class:`~vmlint.cli.UsageError`.
    """
    if not options.policy_from:
        return settings_for(options, installed)
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
    from vmlint.cli.before import named, paths_before, there
    from vmlint.run.accept import Names
    from vmlint.run.at_revision import AtRevision
    from vmlint.run.before import gone, lintable, with_waivers
    from vmlint.run.renamed import renames
    from vmlint.run.runner import wanted

    known = wanted(installed.readers)
    revision = until_end.enter_context(lintable(options.policy_from, Path.cwd(), known, named(options)))
    asked = there(options, revision)
    options.baseline = asked.baseline  # it is looked for in the folder of the revision, too
    paths = with_waivers(revision, paths_before(revision, options, gone(revision, known)))
    renamed = renames(revision, options.paths, known, Names(revision.root))
    folder = revision.there(Path.cwd())
    with chdir(folder), usage(installed):
        settings = settings_for(asked, installed, environment=asked.environment)
        grants = _grants(revision, [os.path.relpath(each) for each in paths], settings, renamed)
    return AtRevision(
        installed,
        settings.lookup,
        settings.today,
        waive=options.waive,
        revision=revision,
        there=folder,
        grants=grants,
    )


def _grants(revision: Revision, paths: list[str], settings: ByFile, renamed: Mapping[str, str]) -> Grants:
    """Return the waivers of the revision, in whose folder this is called."""
    from vmlint.run.accept import Names
    from vmlint.run.grants import Grants
    from vmlint.run.runner import checked

    names = Names(revision.folder)
    grants = Grants(revision.name, Names(revision.root), renamed)
    for found, held in checked(paths, settings):
        grants.add(found, held, names)
    return grants
