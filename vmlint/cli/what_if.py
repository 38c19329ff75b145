"""``vmlint check --on PLATFORM``: what would break and what would change if the workloads ran on another platform."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.advice.move import move
from vmlint.cli import UsageError
from vmlint.cli.resolve import limits
from vmlint.cli.say import show
from vmlint.inert import visible
from vmlint.lint.engine import by_stage
from vmlint.model.paths import check_text
from vmlint.model.values import Version
from vmlint.report import json_advice, text
from vmlint.report.move import VERDICTS, Moved, report
from vmlint.report.screen import columns
from vmlint.run.from_root import from_root, namer
from vmlint.run.hiding import Hiding
from vmlint.run.runner import read
from vmlint.words import did_you_mean

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from vmlint.catalog import Catalog, Platform
    from vmlint.reading.context import Context
    from vmlint.report.screen import Line
    from vmlint.run.by_file import ByFile
    from vmlint.run.check import Checked
    from vmlint.run.result import Result, Run


def run(options: Namespace, settings: ByFile, *, incomplete: bool) -> tuple[Run, bool]:
    """Report, and return the files that were read, and whether the run fails: what is wrong with the files counts, and
    what is worse there than today.

    Raises :class:`~vmlint.cli.UsageError` for a platform that does not exist.
    """
    target, version = _target(options.on, settings.here.context, incomplete=incomplete)
    # The files are read, not linted: what is wrong today is the business of `vmlint check` without the option.
    found = read(options.paths, settings, options.stdin_filename)
    moved = list(_moved(found.files, target, version, settings))
    hiding = Hiding(text for file in found.files for text in file.texts)
    run = found.run()
    results = [*run]
    if options.format == "json":
        name, named = namer(Path.cwd()), from_root(results, run.added)
        moved_from_root = [each._replace(file=name(each.file)) for each in moved]
        document = json_advice.what_if([*named], named.added, f"{target.id}@{version}".rstrip("@"), moved_from_root)
        show(hiding.said(document, of_facts=True))
    elif run.tally.linted or run.tally.unread:
        lines = _lines(results, f"{target.name} {version}".strip(), moved, limits(settings.lookup.folder()))
        show(hiding.lines(lines))
    worse = any(
        worse >= settings(each.file).fail_on for each in moved if (worse := VERDICTS[each.verdict].severity) is not None
    )
    return run, worse or bool(run.tally.failing)


def _lines(results: Sequence[Result], target: str, moved: Sequence[Moved], limited: Sequence[str]) -> Iterator[Line]:
    yield from text.findings(results, columns())
    yield from report(target, moved, columns(), limited)


def _target(word: str, context: Context, *, incomplete: bool) -> tuple[Platform, str]:
    catalog = context.catalog
    name, _, version = word.partition("@")
    id = catalog.platform_id(name)
    platform = catalog.platform(id) if id else None
    if platform is None:
        if named := catalog.known_name(name):
            instead = f"; {named.near} is the nearest that is judged" if named.near else ""
            why = f"{named.name} is known by its name only, so nothing about it can be judged{instead}"
            raise UsageError(f"--on {visible(word)}: {why}", incomplete=incomplete)
        near = catalog.nearest_platform(name)
        hint = did_you_mean(near, "`vmlint schema --platforms` lists them")
        raise UsageError(f"--on {visible(word)}: there is no platform {visible(name)!r}; {hint}", incomplete=incomplete)
    if version:
        try:
            check_text("deployment.platform.version", version)
            Version(version)
        except ValueError as error:
            raise UsageError(f"--on {visible(word)}: {error}") from None
        if missing := _no_such_version(platform, version, catalog, context.today):
            raise UsageError(f"--on {visible(word)}: {missing}")
    return platform, version


def _no_such_version(platform: Platform, version: str, catalog: Catalog, today: date) -> str:
    """Return why a platform cannot have a version; empty where it may."""
    if not platform.has("lifecycle", "product"):
        return ""
    standing = catalog.standing(platform.fact("lifecycle", "product"), version, today)
    if standing.kind != "none":
        return ""
    near = did_you_mean(f"{platform.id}@{standing.nearest}")
    return f"there is no {platform.name} {version}, as far as is known; {near}"


def _moved(files: Iterable[Checked], target: Platform, version: str, settings: ByFile) -> Iterator[Moved]:
    for file in files:
        rules = by_stage(settings(file.file).rules, "workload")
        for subject in file.subjects:
            outcome = move(subject.workload, target, version, rules)
            yield Moved(file.file, subject.workload.name, subject.place("name"), outcome)
