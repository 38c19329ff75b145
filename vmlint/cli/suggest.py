"""Rank every architecture and platform for the workloads of a file, with every reason and what each gives up.

A workload needs no deployment yet. Where it has one, the others are compared with it.

Exit status: 0 done; 1 the file has faults; 2 usage; 3 it holds no workload; 4 a rule or a plugin failed.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from vmlint.advice.advise import advise
from vmlint.advice.picture import Picture, picture
from vmlint.cli import FINDINGS, INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.settings import add_settings, add_stdin_filename, settings
from vmlint.extend import plugins
from vmlint.findings.severity import Severity
from vmlint.lint.engine import by_stage, lint
from vmlint.lint.local import risks
from vmlint.report.picture import picture as drawn
from vmlint.report.screen import Line, columns, file_name, in_colour, tolerant, visible, write, write_utf8
from vmlint.report.table import Advised as Shown
from vmlint.report.table import table, title
from vmlint.run.check import Settings, proposals
from vmlint.run.runner import Run
from vmlint.run.runner import run as read

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from vmlint.findings.diagnostic import Crash
    from vmlint.findings.verdict import Verdict
    from vmlint.reading.subject import Subject


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", metavar="FILE", help="any file that `vmlint check` reads, or - for standard input")
    parser.add_argument("--workload", metavar="NAME", help="only this one of the file's workloads")
    add_settings(parser)
    add_stdin_filename(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to write it (default: text)")
    parser.add_argument("--all", action="store_true", help="show every candidate, not only the best of each kind")


class Advised(NamedTuple):
    """A workload with what was found for it."""

    shown: Shown
    picture: Picture
    verdict: Verdict
    crashes: tuple[Crash, ...]


def run(options: Namespace) -> int:
    """Advise, report, and return the exit status."""
    installed = plugins.load()
    chosen = settings(options, installed)
    found = read([options.file], chosen.reading_only, options.stdin_filename)
    first = found.results[0] if found.results else None
    if first is not None and not first.readable:
        raise UsageError(f"{file_name(first.file)} {first.diagnostics[0].message}")
    subjects = [*_subjects(found)]
    if options.workload is not None:
        subjects = _named(subjects, options.workload, malformed=any(found.diagnostics))
    advised = [_advised(subject, chosen) for subject in subjects]
    _report(found, advised, options)
    crashes = [crash for part in found.results for crash in part.crashes]
    crashes += [crash for each in advised for crash in each.crashes]
    for crash in crashes:
        _tell(str(crash))
    if crashes or installed.failures:
        return INTERNAL
    if any(found.diagnostics):
        return FINDINGS
    if not advised:
        _tell(f"nothing to advise on: {file_name(options.file)} holds no workload")
        return NOTHING
    return OK


def _subjects(found: Run) -> Iterator[Subject]:
    """Yield the workloads of the named file, and of manifests that lie over it."""
    for result in found.results:
        for subject in result.subjects:
            if result is found.results[0] or subject.origin == found.results[0].file:
                yield subject


def _named(subjects: Sequence[Subject], name: str, *, malformed: bool) -> list[Subject]:
    found = [subject for subject in subjects if subject.workload.name == name]
    if not found and not malformed:
        known = ", ".join(visible(subject.workload.name) for subject in subjects) or "none"
        raise UsageError(f"there is no workload '{visible(name)}'; the file's workloads are: {known}")
    return found


def _advised(subject: Subject, settings: Settings) -> Advised:
    workload = subject.workload
    outcome = lint(workload, by_stage(settings.rules, "workload"))
    verdict = advise(workload, by_stage(settings.judges, "workload"), proposals(outcome))
    errors = tuple((hit.rule.code, hit.finding.message) for hit in outcome.hits if hit.severity > Severity.NOTE)
    shown = Shown(
        subject.place("name").file, workload.name, workload.deployed, errors, risks(workload, settings.guards)
    )
    return Advised(shown, picture(workload, verdict), verdict, outcome.crashes)


def _report(found: Run, advised: Sequence[Advised], options: Namespace) -> None:
    stdout = tolerant(sys.stdout)
    if options.format == "json":
        from vmlint.report import json

        every = [(each.shown.file, each.shown.workload, each.verdict, each.picture) for each in advised]
        write_utf8(json.advice(found.diagnostics, every), stdout)
        return
    write(_lines(found, advised, everything=options.all), stdout, in_colour(stdout))


def _lines(found: Run, advised: Sequence[Advised], *, everything: bool) -> Iterator[Line]:
    if any(found.diagnostics):
        from vmlint.report.text import findings

        for result in found.results:
            yield from findings(result, columns(), set())
    for each in advised:
        yield from title(each.shown)
        yield from drawn(each.picture, columns())
        yield from table(each.shown, each.verdict, columns(), everything=everything)


def _tell(text: str) -> None:
    tolerant(sys.stderr).write(f"vmlint: {visible(text)}\n")
