"""Rank every architecture and platform for the workloads of a file, with every reason and what each gives up.

A workload needs no deployment yet. Where it has one, the others are compared with it.

Exit status: 0 done; 1 the file has faults; 2 usage; 3 it holds no workload; 4 a rule or a plugin failed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vmlint.advice import advise
from vmlint.advice.picture import Picture, picture
from vmlint.cli import FINDINGS, INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.settings import add_settings, settings
from vmlint.extend import plugins
from vmlint.lint.engine import by_stage, lint
from vmlint.lint.lifted import lifted
from vmlint.lint.rule import Severity
from vmlint.reading.manifest import read
from vmlint.report.picture import picture as drawn
from vmlint.report.screen import Line, columns, file_name, in_colour, tolerant, visible, write, write_utf8
from vmlint.report.table import Subject, table, title
from vmlint.run.check import Checked, Settings, check, proposals
from vmlint.run.runner import STDIN, read_file, read_stdin
from vmlint.syntax.text import Unreadable

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from vmlint.findings.verdict import Verdict
    from vmlint.model.workload import Workload


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", metavar="FILE", help="a manifest, or - for standard input")
    parser.add_argument("--workload", metavar="NAME", help="only this one of the file's workloads")
    add_settings(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to write it (default: text)")
    parser.add_argument("--all", action="store_true", help="show every candidate, not only the best of each kind")


class Advised(NamedTuple):
    """A workload with what was found for it."""

    subject: Subject
    picture: Picture
    verdict: Verdict
    crashes: tuple[str, ...]


def run(options: Namespace) -> int:
    """Advise, report, and return the exit status."""
    installed = plugins.load()
    chosen = settings(options, installed)
    name, data = _content(options.file)
    faults = check(name, data, chosen._replace(rules=(), guards=()))
    workloads = list(_workloads(name, data, chosen))
    if options.workload is not None:
        workloads = _named(workloads, options.workload, malformed=bool(faults.diagnostics))
    advised = [_advised(name, workload, chosen) for workload in workloads]
    _report(faults, advised, options)
    crashes = [*faults.crashes, *(crash for found in advised for crash in found.crashes)]
    for crash in crashes:
        _tell(crash)
    if crashes or installed.failures:
        return INTERNAL
    if faults.diagnostics:
        return FINDINGS
    if not advised:
        _tell(f"nothing to advise on: {file_name(name)} holds no workload")
        return NOTHING
    return OK


def _content(file: str) -> tuple[str, bytes]:
    try:
        return (STDIN, read_stdin()) if file == "-" else (file, read_file(Path(file)))
    except OSError as error:
        raise UsageError(f"{file_name(file)} cannot be read: {error.strerror or error}") from None


def _workloads(name: str, data: bytes, settings: Settings) -> Iterator[Workload]:
    try:
        for manifest in read(name, data, settings.context):
            if manifest.workload is not None:
                yield manifest.workload
    except Unreadable:
        return  # told among the file's faults


def _named(workloads: Sequence[Workload], name: str, *, malformed: bool) -> list[Workload]:
    found = [workload for workload in workloads if workload.name == name]
    if not found and not malformed:
        known = ", ".join(visible(workload.name) for workload in workloads) or "none"
        raise UsageError(f"there is no workload '{visible(name)}'; the file's workloads are: {known}")
    return found


def _advised(file: str, workload: Workload, settings: Settings) -> Advised:
    rules = by_stage(settings.rules, "workload")
    outcome = lint(workload, rules)
    verdict = advise(workload, by_stage(settings.judges, "workload"), proposals(outcome))
    errors = tuple((hit.rule.code, hit.finding.message) for hit in outcome.hits if hit.severity > Severity.NOTE)
    crashes = tuple(f"rule {crash.rule.code} of {crash.rule.plugin} failed: {crash.error}" for crash in outcome.crashes)
    risks = tuple(found.risk for found in lifted(workload, settings.guards))
    subject = Subject(file, workload.name, workload.deployed, errors, risks)
    return Advised(subject, picture(workload, verdict), verdict, crashes)


def _report(faults: Checked, advised: Sequence[Advised], options: Namespace) -> None:
    stdout = tolerant(sys.stdout)
    if options.format == "json":
        from vmlint.report import json

        found = [(each.subject.file, each.subject.workload, each.verdict, each.picture) for each in advised]
        write_utf8(json.advice(faults.diagnostics, found), stdout)
        return
    write(_lines(faults, advised, everything=options.all), stdout, in_colour(stdout))


def _lines(faults: Checked, advised: Sequence[Advised], *, everything: bool) -> Iterator[Line]:
    if faults.diagnostics:
        from vmlint.report.text import findings

        yield from findings(faults, columns(), set())
    for each in advised:
        yield from title(each.subject)
        yield from drawn(each.picture, columns())
        yield from table(each.subject, each.verdict, columns(), everything=everything)


def _tell(text: str) -> None:
    tolerant(sys.stderr).write(f"vmlint: {visible(text)}\n")
