"""``vmlint check --on PLATFORM``: what would break and what would change if the workloads ran on another platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.advice.move import move
from vmlint.cli import UsageError
from vmlint.cli.resolve import limits
from vmlint.lint.engine import by_stage
from vmlint.model.paths import check_text
from vmlint.model.values import Version
from vmlint.report import json, text
from vmlint.report.move import VERDICTS, Moved, report
from vmlint.report.screen import columns, visible
from vmlint.run.check import Settings
from vmlint.run.runner import run as read
from vmlint.words import did_you_mean

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Sequence

    from vmlint.catalog import Catalog, Platform
    from vmlint.findings.severity import Severity
    from vmlint.report.screen import Line
    from vmlint.run.runner import Run


def run(
    options: Namespace, settings: Settings, *, incomplete: bool
) -> tuple[Run, str | Iterable[Line], list[Severity]]:
    """Return the files that were read, the report, and how bad it is: what is wrong with the files, and what is worse
    there than today.

    Raises :class:`~vmlint.cli.UsageError` for a platform that does not exist.
    """
    target, version = _target(options.on, settings.context.catalog, incomplete=incomplete)
    # The files are read, not linted: what is wrong today is the business of `vmlint check` without the option.
    found = read(options.paths, settings.reading_only, options.stdin_filename)
    moved = list(_moved(found, target, version, settings))
    severities = [each.severity for each in found.diagnostics]
    severities += [worse for each in moved if (worse := VERDICTS[each.verdict].severity) is not None]
    if options.format == "json":
        return found, json.what_if(found, f"{target.id}@{version}".rstrip("@"), moved), severities
    return found, _lines(found, f"{target.name} {version}".strip(), moved, limits(options, settings)), severities


def _lines(found: Run, target: str, moved: Sequence[Moved], limited: Sequence[str]) -> Iterator[Line]:
    yield from text.findings(found, columns())
    yield from report(target, moved, columns(), limited)


def _target(word: str, catalog: Catalog, *, incomplete: bool) -> tuple[Platform, str]:
    name, _, version = word.partition("@")
    id = catalog.platform_id(name)
    platform = catalog.platform(id) if id else None
    if platform is None:
        near = catalog.nearest_platform(name)
        hint = did_you_mean(near, "`vmlint schema --platforms` lists them")
        raise UsageError(f"--on {visible(word)}: there is no platform {visible(name)!r}; {hint}", incomplete=incomplete)
    if version:
        try:
            check_text("deployment.platform.version", version)
            Version(version)
        except ValueError as error:
            raise UsageError(f"--on {visible(word)}: {error}") from None
    return platform, version


def _moved(found: Run, target: Platform, version: str, settings: Settings) -> Iterator[Moved]:
    rules = by_stage(settings.rules, "workload")
    for result in found.results:
        for subject in result.subjects:
            outcome = move(subject.workload, target, version, rules)
            yield Moved(result.file, subject.workload.name, subject.place("name"), outcome)
