"""What ``vmlint check`` reports, in which forms, to where, as its options say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

TEXT = "text"


class Output(NamedTuple):
    """A form of the report, and where it goes."""

    form: str
    """A name of :data:`vmlint.report.formats.FORMATS`."""
    file: str = ""
    """The file as its user wrote it; empty for standard output."""


def outputs(options: Namespace) -> list[Output]:
    """Return the reports that the options ask for, the one to standard output first.

    Raises :class:`~vmlint.cli.UsageError` for a form that does not exist, for two reports to one place, and for one
    that would replace a file to lint.
    """
    if not options.output and not options.format:
        annotated = in_actions() and not (options.on or options.undecided or options.coverage or options.statistics)
        return [Output(TEXT), Output("github")] if annotated else [Output(TEXT)]
    from vmlint.cli.outputs import read

    return [Output(form, file) for form, file in read(options.format, options.output, options.paths)]


def in_actions() -> bool:
    """Whether this is a step of GitHub Actions, whose log takes some lines for commands."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def refuse(options: Namespace, asked: Sequence[Output]) -> None:
    """Raise :class:`~vmlint.cli.UsageError` for options that contradict each other.

    |                | text             | concise | json                          | other forms |
    |----------------|------------------|---------|-------------------------------|-------------|
    | (none)         | frames, summary  | lines   | findings, undecided, coverage | findings    |
    | --undecided    | and a section    | refused | the same: it is always there  | refused     |
    | --coverage     | and a section    | refused | the same: it is always there  | refused     |
    | --statistics   | counts, summary  | refused | counts                        | findings    |
    | --on           | its own report   | refused | its own document              | refused     |

    ``--undecided``, ``--coverage`` and ``--statistics`` want text or JSON among several reports, ``--on`` nothing else.
    """
    names = [name for name in ("on", "undecided", "coverage", "statistics") if getattr(options, name)]
    if not names:
        return
    if options.on and len(names) > 1:
        raise UsageError(f"--on reports on another platform, --{names[1]} on the present one; leave one of them out")
    if options.statistics and len(names) > 1:
        raise UsageError(f"--statistics shows counts alone; leave it or --{names[0]} out")
    forms = {each.form for each in asked}
    if not forms & {TEXT, "json"}:
        form = asked[0].form
        what = "one line for each finding" if form == "concise" else "about findings alone"
        raise UsageError(f"--format {form} is {what}; use text or json with --{names[0]}")
    if options.on and (len(asked) > 1 or asked[0].file):
        raise UsageError("--on writes one report to standard output; use --format text or --format json")


def paths(options: Namespace) -> list[str]:
    """Return what is to be linted: the named files and folders, and those of ``--files-from``; without both, ``.``.

    Raises :class:`~vmlint.cli.UsageError`.
    """
    if options.files_from is None:
        return options.paths or ["."]
    if options.files_from == "-" and "-" in options.paths:
        raise UsageError("--files-from - reads the list on standard input, so - cannot be linted too")
    from vmlint.cli.file_list import read

    return [*options.paths, *read(options.files_from)]
