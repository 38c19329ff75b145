"""Rank every architecture and platform for the workloads of a file, with the reasons and what each gives up.

A workload needs no deployment yet. If it has one, the others are compared with it.

Exit status: 0 done; 1 the file has faults; 2 usage; 3 it holds no workload; 4 a rule or a plugin failed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.advice.advise import advise
from vmlint.advice.picture import Picture, picture
from vmlint.cli import FINDINGS, INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.options import add_links, add_settings, add_stdin_filename, refuse_needless_name
from vmlint.cli.remarks import say_added, say_skipped
from vmlint.cli.resolve import ignored, installed, limits, settings_for, usage
from vmlint.cli.say import say, show
from vmlint.findings.severity import Severity
from vmlint.lint.engine import by_stage, lint
from vmlint.lint.local import risks
from vmlint.record import NamedTuple
from vmlint.report.picture import picture as drawn
from vmlint.report.ranking import Present, ranking, title
from vmlint.report.screen import Line, columns, file_name, visible
from vmlint.report.wording import count, some
from vmlint.run.check import proposals
from vmlint.run.hiding import Hiding
from vmlint.run.runner import Read, read
from vmlint.run.settings import Settings
from vmlint.words import did_you_mean, nearest

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator, Sequence

    from vmlint.findings.diagnostic import Crash
    from vmlint.findings.verdict import Verdict
    from vmlint.reading.subject import Subject
    from vmlint.run.check import Checked
    from vmlint.run.result import Added, Result


NAMED = 5
"""Files of a folder that are named where one is to be chosen."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", metavar="FILE", help="any file that `vmlint check` reads, or - for standard input")
    parser.add_argument("--workload", metavar="NAME", help="only this one of the file's workloads")
    add_settings(parser)
    add_stdin_filename(parser)
    add_links(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to write it (default: text)")
    parser.add_argument("--all", action="store_true", help="show every candidate, not only the best of each kind")


class Advised(NamedTuple):
    """A workload with what was found for it."""

    present: Present
    picture: Picture
    verdict: Verdict
    crashes: tuple[Crash, ...]


def run(options: Namespace) -> int:
    """Advise, report, and return the exit status."""
    refuse_needless_name(options.stdin_filename, [options.file])
    plugins = installed()
    settings = settings_for(options, plugins)
    with usage(plugins):
        found = read([options.file], settings, options.stdin_filename)
    first = _chosen(options.file, found)
    if not first.readable:
        raise UsageError(f"{file_name(first.file)} {first.diagnostics[0].message}")
    run = found.run()
    results = [*run]
    malformed = bool(run.tally.severities)
    subjects = [*_subjects(first, found)]
    if options.workload is not None:
        subjects = _named(subjects, options.workload, malformed=malformed)
    held = settings.lookup.config(first.file)
    limited = tuple(limits(held))
    advised = [_advised(subject, settings.of(held), limited) for subject in subjects]
    hiding = Hiding(text for file in found.files for text in file.texts)
    shown = _result(results, run.added, advised, options, ignored(held))
    show(hiding.said(shown, of_facts=True) if isinstance(shown, str) else hiding.lines(shown))
    used = {subject.place("name").file for subject in subjects}
    say_added([added for added in found.added if added.file in used])
    crashes = [crash for each in (*results, *advised) for crash in each.crashes]
    for crash in crashes:
        say(visible(hiding.said(str(crash))))
    if crashes or plugins.failures:
        return INTERNAL
    if malformed:
        return FINDINGS
    if not advised:
        say_skipped(run.tally)
        say(f"nothing to advise on: {file_name(first.file)} holds no workload")
        return NOTHING
    return OK


def _chosen(name: str, found: Read) -> Checked:
    """Return the file to advise on. Raises :class:`~vmlint.cli.UsageError` for a folder with several."""
    if not Path(name).is_dir():
        return found.files[0]
    described = [each for each in found.files if each.subjects]
    if len(described) != 1:
        which = f": {some([file_name(each.file) for each in described], NAMED)}" if described else ""
        raise UsageError(
            f"{file_name(name)} holds {count(len(described), 'file')} with workloads{which}; name one file"
        )
    return described[0]


def _subjects(first: Checked, found: Read) -> Iterator[Subject]:
    """Yield the workloads of the named file, and those of manifests that lie over it."""
    others = [each for each in found.files if each is not first]
    yield from first.subjects
    place = Path(first.file).resolve()
    for other in others:
        yield from (subject for subject in other.subjects if Path(subject.origin).resolve() == place)


def _named(subjects: Sequence[Subject], name: str, *, malformed: bool) -> list[Subject]:
    found = [subject for subject in subjects if subject.workload.name == name]
    if not found and not malformed:
        known = [subject.workload.name for subject in subjects]
        listed = ", ".join(map(visible, known)) or "none"
        near = nearest(name, known)
        hint = did_you_mean(near and visible(near), f"the file's workloads are: {listed}")
        raise UsageError(f"there is no workload '{visible(name)}'; {hint}")
    return found


def _advised(subject: Subject, settings: Settings, limited: tuple[str, ...]) -> Advised:
    workload = subject.workload
    outcome = lint(workload, by_stage(settings.rules, "workload"))
    verdict = advise(workload, by_stage(settings.judges, "workload"), proposals(outcome))
    errors = tuple((hit.rule.code, hit.finding.message) for hit in outcome.hits if hit.severity > Severity.NOTE)
    place = subject.place("name")
    present = Present(place.file, workload.name, workload.deployed, errors, risks(workload, settings.guards), limited)
    return Advised(present, picture(workload, verdict), verdict, outcome.crashes)


def _result(
    results: Sequence[Result],
    added: Sequence[Added],
    advised: Sequence[Advised],
    options: Namespace,
    left: Sequence[str],
) -> str | Iterable[Line]:
    if options.format == "json":
        from vmlint.report.json_advice import advice
        from vmlint.run.from_root import from_root, namer

        name = namer(Path.cwd())
        every = ((name(each.present.file), each.present.workload, each.verdict, each.picture) for each in advised)
        named = from_root(results, added)
        return advice([*named], named.added, every)
    return _lines(results, advised, options, left)


def _lines(
    results: Sequence[Result], advised: Sequence[Advised], options: Namespace, left: Sequence[str]
) -> Iterator[Line]:
    from vmlint.report.text import findings

    yield from findings(results, columns())
    for each in advised:
        yield from title(each.present)
        yield from drawn(each.picture, columns(), left)
        yield from ranking(each.present, each.verdict, columns(), everything=options.all)
