"""Writing the reports of a run: one to standard output, the others to files. The run passes once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from vmlint.cli.say import say, show, show_document
from vmlint.record import NamedTuple
from vmlint.report.formats import FORMATS, module
from vmlint.report.screen import Line, columns, in_log
from vmlint.run.result import Run
from vmlint.words import reason

if TYPE_CHECKING:
    from vmlint.cli.reports import Output
    from vmlint.report.about import About
    from vmlint.run.result import Tally

ON_PAPER = 100
"""Columns of a text in a file."""


class Wanted(NamedTuple):
    """What the options say about reports."""

    about: About
    undecided: bool = False
    coverage: bool = False
    statistics: bool = False
    quiet: bool = False


def write(found: Run, outputs: Sequence[Output], wanted: Wanted) -> bool:
    """Write all reports, and return whether each could be written; say which could not.

    Raises ``BrokenPipeError`` where nobody reads standard output any more, once the files are written.
    """
    if len(outputs) == 1:
        return _written(outputs[0], found, wanted)
    from vmlint.run.spool import Spool

    spool = Spool()
    coming = spool.keeping(found)
    broken: BrokenPipeError | None = None
    good = True
    for output in outputs:
        run = Run(coming if output is outputs[0] else spool, found.added)
        try:
            good = _written(output, run, wanted) and good
        except BrokenPipeError as error:
            broken = error
        for _ in coming:  # what the first report did not ask for any more
            pass
    spool.close()
    if broken:
        raise broken
    return good


def say_left_out(outputs: Iterable[Output], tally: Tally) -> None:
    """Say what is missing in a report whose consumer takes no more than so much."""
    for output in outputs:
        if FORMATS[output.form].limited:
            remark: str = module(output.form).left_out(tally)
            if remark:
                say(remark)


def _written(output: Output, run: Run, wanted: Wanted) -> bool:
    try:
        parts = _report(output, run, wanted)
        if output.file:
            write_file(output.file, map(_as_text, parts))
        elif FORMATS[output.form].people:
            show(parts)
        else:
            show_document(parts)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        say_unwritten(output, error)
        for _ in run:  # what is said of the run at its end is about all of it
            pass
        return False
    return True


def say_unwritten(output: Output, error: OSError) -> None:
    """Say that a report could not be written. What still waits for standard output does not fail again at the end."""
    say(f"the {output.form} report cannot be written to {output.file or 'standard output'}: {reason(error)}")
    if not output.file:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(output: Output, run: Run, wanted: Wanted) -> Iterator[Any]:
    """Return the lines or parts of a report."""
    width = ON_PAPER if output.file else columns()
    if output.form == "text" and wanted.statistics:
        from vmlint.report import statistics

        return statistics.lines(run, summary=not wanted.quiet)
    if output.form == "text":
        from vmlint.report import text

        return text.report(
            run,
            width,
            undecided=wanted.undecided,
            coverage=wanted.coverage,
            limits=wanted.about.limits,
            summary=not wanted.quiet,
        )
    if output.form == "concise":
        from vmlint.report import concise

        return concise.report(run)
    if FORMATS[output.form].as_named:
        return _rendered(output.form, run, wanted.about)
    from vmlint.run.from_root import from_root

    named = from_root(run, run.added)
    if output.form == "json" and wanted.statistics:
        from vmlint.report import statistics

        return statistics.document(named)
    return _rendered(output.form, named, wanted.about)


def _rendered(form: str, run: Run, about: About) -> Iterator[str]:
    made: Iterator[str] = module(form).report(run, about)
    return made


def _as_text(part: str | Line) -> str:
    return part if isinstance(part, str) else "".join(text for text, _ in in_log(part)).rstrip() + "\n"


def write_file(name: str, parts: Iterable[str]) -> None:
    """Write a file as a whole, or not at all. Raises ``OSError``.

    What is no regular file, such as a pipe, is written to directly. A link stays; the file that it names is replaced.
    """
    encoded = (part.encode("utf-8", "backslashreplace") for part in parts)
    if os.path.lexists(name) and not os.path.isfile(name):  # noqa: PTH113 - a name of the command line
        with open(os.open(name, os.O_WRONLY), "wb") as stream:  # noqa: PTH123 - nothing is to be made or cut
            stream.writelines(encoded)
        return
    from vmlint.project.write import write_whole

    write_whole(name, encoded)
