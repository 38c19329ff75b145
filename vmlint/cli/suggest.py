"""Rank every architecture and platform for a workload, with the reasons; of many, name the few platforms for all.

A workload needs no deployment yet. If it has one, the others are compared with it.

Exit status: 0 done; 1 a file has faults; 2 usage; 3 there is no workload; 4 a rule or a plugin failed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import FINDINGS, INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.advising import Advising, Asked
from vmlint.cli.options import add_links, add_settings, add_stdin_filename, refuse_needless_name
from vmlint.cli.progress import followed
from vmlint.cli.remarks import say_added, say_skipped
from vmlint.cli.resolve import ignored, installed, settings_for, usage
from vmlint.cli.say import say, show
from vmlint.inert import visible
from vmlint.report.picture import picture as drawn
from vmlint.report.ranking import ranking, title
from vmlint.report.screen import Line, columns, file_name, real_name
from vmlint.report.wording import some
from vmlint.run.hiding import Hiding
from vmlint.run.runner import Read, read
from vmlint.words import did_you_mean, nearest

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator, Sequence

    from vmlint.report.advised import Advised
    from vmlint.report.whole import Together
    from vmlint.run.check import Checked
    from vmlint.run.result import Added, Result


NAMED = 5
"""Files, or workloads, that are named in a message."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="files that `vmlint check` reads, folders, or - for standard input"
    )
    parser.add_argument("--workload", metavar="NAME", help="only the workload of this name")
    add_settings(parser)
    add_stdin_filename(parser)
    add_links(parser)
    parser.add_argument(
        "--format",
        choices=("text", "json", "markdown"),
        default="text",
        help="how to write it; markdown is for a decision record (default: text)",
    )
    parser.add_argument("--all", action="store_true", help="show every candidate and every workload, not only some")


def run(options: Namespace) -> int:
    """Advise, report, and return the exit status."""
    refuse_needless_name(options.stdin_filename, options.paths)
    plugins = installed()
    settings = settings_for(options, plugins)
    with usage(plugins):
        found = read(options.paths, settings, options.stdin_filename)
    alone = _alone(options.paths, found)
    if alone and not alone.readable:
        raise UsageError(f"{file_name(alone.file)} {alone.diagnostics[0].message}")
    run = found.run()
    results = [*run]
    malformed = bool(run.tally.severities)
    asked = [*_asked(alone, found)]
    if options.workload is not None:
        asked = _named(asked, options.workload, malformed=malformed)
    advising = Advising(settings)
    each_apart = alone or options.workload is not None
    advised = [advising.one(each) for each in asked] if each_apart else []
    together, crashed = (
        advising.together(followed(asked, "judging")) if len(asked) > 1 or (asked and not each_apart) else (None, [])
    )
    hiding = Hiding(text for file in found.files for text in file.texts)
    left = ignored(settings.lookup.config(asked[0].file)) if asked else []
    shown = _result(results, run.added, advised, together, options, left)
    show(hiding.said(shown, of_facts=True) if isinstance(shown, str) else hiding.lines(shown))
    used = {each.place for each in asked}
    say_added([added for added in found.added if added.file in used])
    crashes = [*crashed, *(crash for each in (*results, *advised) for crash in each.crashes)]
    for crash in dict.fromkeys(crashes):
        say(hiding.said(str(crash)))
    if crashes or plugins.failures:
        return INTERNAL
    if malformed:
        return FINDINGS
    if not asked:
        say_skipped(run.tally)
        files = [alone.file] if alone else options.paths
        say(f"nothing to advise on: {some([*map(real_name, files)], NAMED)} holds no workload")
        return NOTHING
    return OK


def _alone(paths: Sequence[str], found: Read) -> Checked | None:
    """Return the file to advise on in full: the only one that is named, or the only one of a folder with workloads."""
    if len(paths) > 1:
        return None
    if not Path(paths[0]).is_dir():
        return found.files[0]
    described = [each for each in found.files if each.subjects]
    return described[0] if len(described) == 1 else None


def _asked(alone: Checked | None, found: Read) -> Iterator[Asked]:
    """Yield the workloads of the files, and those of manifests elsewhere that lie over these files."""
    added = {each.file for each in found.added}
    mine = [alone] if alone else [each for each in found.files if each.file not in added]
    places = {Path(each.file).resolve() for each in mine}
    for each in mine:
        yield from (Asked(subject, each.file) for subject in each.subjects)
    for other in found.files:
        if not any(other is each for each in mine):
            over = (subject for subject in other.subjects if Path(subject.origin).resolve() in places)
            yield from (Asked(subject, other.file if not alone else alone.file) for subject in over)


def _named(asked: Sequence[Asked], name: str, *, malformed: bool) -> list[Asked]:
    found = [each for each in asked if each.subject.workload.name == name]
    if not found and not malformed:
        known = [each.subject.workload.name for each in asked]
        near = nearest(name, known)
        listed = some([*map(visible, known)], NAMED) or "none"
        hint = did_you_mean(near and visible(near), f"the file's workloads are: {listed}")
        raise UsageError(f"there is no workload '{visible(name)}'; {hint}")
    return found


def _result(
    results: Sequence[Result],
    added: Sequence[Added],
    advised: Sequence[Advised],
    together: Together | None,
    options: Namespace,
    left: Sequence[str],
) -> str | Iterable[Line]:
    if options.format == "json":
        from vmlint.report.json_advice import advice
        from vmlint.run.from_root import from_root, namer

        name = namer(Path.cwd())
        named = from_root(results, added)
        whole = together and together._replace(names=[(name(file), workload) for file, workload in together.names])
        return advice([*named], named.added, ((name(each.present.file), each) for each in advised), whole)
    if options.format == "markdown":
        from vmlint.report.decision import record

        return record(results, advised, together, everything=options.all)
    return _lines(results, advised, together, options, left)


def _lines(
    results: Sequence[Result],
    advised: Sequence[Advised],
    together: Together | None,
    options: Namespace,
    left: Sequence[str],
) -> Iterator[Line]:
    from vmlint.report.text import findings
    from vmlint.report.whole import whole
    from vmlint.report.why import why

    yield from findings(results, columns())
    for each in advised:
        yield from title(each.present)
        yield from drawn(each.picture, columns(), left)
        if each.why:
            yield from why(each.why, columns())
        yield from ranking(each.present, each.verdict, columns(), everything=options.all)
    if together:
        yield from whole(together, columns(), everything=options.all)
