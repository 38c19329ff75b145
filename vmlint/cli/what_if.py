"""``vmlint check --on PLATFORM``: what would break and what would change if the workloads ran on another platform."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from vmlint.advice.move import move
from vmlint.cli import FINDINGS, INTERNAL, NOTHING, OK, UsageError
from vmlint.findings.severity import Severity
from vmlint.lint.engine import by_stage
from vmlint.model.paths import check_text
from vmlint.model.values import Version
from vmlint.report.move import BREAKS, NO, WARNS, Moved, as_json, table
from vmlint.report.screen import columns, file_name, in_colour, tolerant, visible, write, write_utf8
from vmlint.run.check import Settings
from vmlint.run.runner import run as read

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from vmlint.catalog import Catalog, Platform
    from vmlint.run.runner import Run

_GRAVITY = {NO: Severity.ERROR, BREAKS: Severity.ERROR, WARNS: Severity.WARNING}


def run(options: Namespace, settings: Settings, *, failed: bool) -> int:
    """Report on every workload, and return the exit status: 1 where one would break, or do worse than it does today."""
    target, version = _target(options.on, settings.context.catalog)
    # The files are read, not linted: what they are today is told by `vmlint check` without the option.
    found = read(options.paths, settings.reading_only, options.stdin_filename)
    moved = list(_moved(found, target, version, settings))
    name = f"{target.name} {version}".strip()
    stdout = tolerant(sys.stdout)
    if options.format == "json":
        from vmlint.report.json import dumped, head

        write_utf8(dumped({**head(), "whatIf": as_json(f"{target.id}@{version}".rstrip("@"), moved)}), stdout)
    else:
        write(table(name, moved, columns()), stdout, in_colour(stdout))
    faults = [(result.file, fault) for result in found.results for fault in result.diagnostics]
    for file, fault in faults:
        _tell(f"{file_name(file)}:{fault.place.line}:{fault.place.column}: {fault.code} {fault.message}")
    if failed or any(result.crashes for result in found.results):
        return INTERNAL
    least = Severity[options.fail_on.upper()]
    if faults or any(_GRAVITY.get(each.verdict, Severity.NOTE) >= max(least, Severity.WARNING) for each in moved):
        return FINDINGS
    return OK if moved or options.allow_empty else NOTHING


def _target(word: str, catalog: Catalog) -> tuple[Platform, str]:
    name, _, version = word.partition("@")
    id = catalog.platform_id(name)
    platform = catalog.platform(id) if id else None
    if platform is None:
        near = catalog.nearest_platform(name)
        hint = f"did you mean {near}?" if near else "`vmlint schema --platforms` lists them"
        raise UsageError(f"--on {visible(word)}: there is no platform {visible(name)!r}; {hint}")
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
            move_of_it = move(subject.workload, target, version, rules)
            yield Moved(result.file, subject.workload.name, subject.place("name"), move_of_it)


def _tell(text: str) -> None:
    tolerant(sys.stderr).write(f"vmlint: {visible(text)}\n")
