"""The report for programs: versioned JSON, described by ``schemas/report.json``."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from vmlint import __version__
from vmlint.findings.severity import Severity
from vmlint.model.as_manifest import stated_fields
from vmlint.report.move import VERDICTS
from vmlint.report.screen import harmless, real_name
from vmlint.report.wording import skip_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vmlint.advice.picture import Picture, Row
    from vmlint.findings.diagnostic import Derived, Diagnostic, Related
    from vmlint.findings.place import Place
    from vmlint.findings.unknown import Undecided
    from vmlint.findings.verdict import Candidate, Reason, Verdict
    from vmlint.lint.hit import Hit
    from vmlint.reading.subject import Subject
    from vmlint.report.move import Moved
    from vmlint.run.check import Checked
    from vmlint.run.runner import Run

VERSION = 1


def report(run: Run) -> str:
    """Return the report of ``vmlint check``."""
    return dumped(
        {
            **_head(),
            "summary": _summary(run),
            "findings": [finding(diagnostic) for diagnostic in run.diagnostics],
            "undecided": [
                {"file": _path(result.file), "workload": workload, **_need(missing)}
                for result in run.results
                for workload, missing in result.undecided
            ],
            "files": _files(run),
        }
    )


def what_if(run: Run, target: str, moved: Sequence[Moved]) -> str:
    """Return the report of ``vmlint check --on``; ``target`` is the id of the platform, with its version."""
    count = Counter(each.verdict for each in moved)
    return dumped(
        {
            **_head(),
            "findings": [finding(diagnostic) for diagnostic in run.diagnostics],
            "whatIf": {
                "target": target,
                "summary": {verdict: count[verdict] for verdict in VERDICTS},
                "workloads": list(map(_moved, moved)),
            },
            "files": _files(run),
        }
    )


def advice(run: Run, workloads: Iterable[tuple[str, str, Verdict, Picture]]) -> str:
    """Return the report of ``vmlint suggest``: (file, workload, verdict, picture) for every workload."""
    return dumped(
        {
            **_head(),
            "findings": [finding(diagnostic) for diagnostic in run.diagnostics],
            "workloads": [
                {
                    "file": _path(file),
                    "workload": workload,
                    "current": candidate(verdict.current) if verdict.current else None,
                    "fitting": [candidate(found) for found in verdict.fitting],
                    "eliminated": [_eliminated(found) for found in verdict.eliminated],
                    "contradiction": list(verdict.contradiction),
                    "picture": _picture(drawn),
                }
                for file, workload, verdict, drawn in workloads
            ],
            "files": _files(run),
        }
    )


def _picture(drawn: Picture) -> dict[str, Any]:
    return {
        "asked": [
            {"column": column, "demands": [{"path": path, "value": value} for path, value in demands]}
            for column, demands in drawn.asked.items()
        ],
        "present": _row(drawn.present) if drawn.present else None,
        "rows": list(map(_row, drawn.rows)),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "architecture": row.architecture,
        "mode": row.mode,
        "verdict": row.verdict,
        "platforms": list(row.platforms),
        "cells": {column: {"state": cell.state, "codes": list(cell.codes)} for column, cell in row.cells.items()},
    }


def dumped(value: Any) -> str:
    """Return JSON in which every character is escaped that a terminal would obey or UTF-8 cannot encode."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return harmless(text, _escape) + "\n"


def _escape(char: str) -> str:
    if char == "\n":
        return char  # JSON's own, between its lines; those in strings are escaped already
    return json.dumps(char)[1:-1] if char > "\x7f" else f"\\u{ord(char):04x}"


def _head() -> dict[str, Any]:
    return {"version": VERSION, "tool": {"name": "vmlint", "version": __version__}}


def _summary(run: Run) -> dict[str, int]:
    found = Counter(diagnostic.severity for diagnostic in run.diagnostics)
    return {
        "errors": found[Severity.ERROR],
        "warnings": found[Severity.WARNING],
        "notes": found[Severity.NOTE],
        "workloads": run.workloads,
        "files": run.linted,
        "skipped": run.skipped,
        "unread": run.unread,
        "undecided": sum(len(result.undecided) for result in run.results),
        "crashes": sum(len(result.crashes) for result in run.results),
    }


def finding(found: Diagnostic) -> dict[str, Any]:
    """Return a finding with all that is known about it."""
    return {
        "code": found.code,
        "name": found.name,
        "severity": str(found.severity),
        "confidence": str(found.confidence),
        "message": found.message,
        "workload": found.workload,
        "also": list(found.also),
        "path": found.path,
        "place": _place(found.place),
        "derived": _derived(found.derived),
        "because": list(map(_because, found.because)),
        "local": [
            {"entry": entry.id, "blocks": list(entry.blocks), "files": list(entry.files)} for entry in found.local
        ],
        "help": list(found.help),
        "suggestions": [candidate(suggested) for suggested in found.suggestions],
    }


def _because(related: Related) -> dict[str, Any]:
    return {"path": related.path, "place": _place(related.place), "derived": _derived(related.derived)}


def _derived(derived: Derived | None) -> dict[str, Any] | None:
    return {"value": derived.value, "from": list(derived.sources), "why": derived.why} if derived else None


def candidate(suggested: Candidate) -> dict[str, Any]:
    """Return a deployment that could be chosen instead."""
    return {
        "architecture": suggested.architecture,
        "mode": suggested.mode,
        "platform": suggested.platform,
        "changes": dict(suggested.changes),
        "repair": suggested.repair,
        "score": suggested.score,
        "reasons": list(map(_reason, suggested.reasons)),
        "weaknesses": list(map(_reason, suggested.weaknesses)),
        "needs": [_need(need) for need in suggested.needs],
        "givesUp": list(suggested.gives_up),
        "warnings": list(suggested.warnings),
        "risks": [{"code": risk.code, "message": risk.message, "files": list(risk.files)} for risk in suggested.risks],
        "local": list(suggested.local),
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "column": reason.column,
        "label": reason.label,
        "why": reason.why,
        "sources": list(reason.sources),
        "contribution": round(reason.contribution, 4),
    }


def _eliminated(found: Candidate) -> dict[str, Any]:
    errors = [{"code": each.code, "message": each.message, "paths": list(each.paths)} for each in found.errors]
    return {**candidate(found), "errors": errors}


def _need(missing: Undecided) -> dict[str, Any]:
    return {
        "code": missing.code,
        "name": missing.name,
        "severity": str(missing.severity),
        "path": missing.path,
        "condition": missing.condition,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "file": _path(place.file),
        "line": place.line,
        "column": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _moved(each: Moved) -> dict[str, Any]:
    move = each.move
    return {
        "file": _path(each.file),
        "line": each.place.line,
        "workload": each.workload,
        "verdict": each.verdict,
        "breaks": [_objection(hit) for hit in move.breaks] if move else [],
        "warns": [_objection(hit) for hit in move.warns] if move else [],
        "gone": [_objection(hit) for hit in move.mends] if move else [],
        "needs": [{"path": need.path, "condition": need.condition, "code": need.code} for need in move.needs]
        if move
        else [],
        "changes": dict(move.changes) if move else {},
    }


def _objection(hit: Hit) -> dict[str, Any]:
    return {
        "code": hit.rule.code,
        "name": hit.rule.name,
        "severity": str(hit.severity),
        "message": hit.finding.message,
        "path": hit.finding.path,
    }


def _files(run: Run) -> list[dict[str, Any]]:
    because = {added.file: added.because for added in run.added}
    return [_file(result, because.get(result.file, "")) for result in run.results]


def _file(result: Checked, because: str) -> dict[str, Any]:
    status = "linted" if result.recognised else "skipped" if result.readable else "unread"
    return {
        "file": _path(result.file),
        "status": status,
        "reason": skip_reason(result) if result.readable else result.diagnostics[0].message,
        "because": _path(because),
        "formats": list(result.formats),
        "coverage": [_coverage(subject) for subject in result.subjects],
        "workloads": len(result.subjects),
        "findings": len(result.diagnostics),
    }


def _coverage(subject: Subject) -> dict[str, Any]:
    read = [path for path, _ in stated_fields(subject.workload) if path not in subject.defaults]
    return {
        "workload": subject.workload.name,
        "read": read,
        "defaults": dict(sorted(subject.defaults.items())),
        "open": dict(sorted(subject.unknowns.items())),
    }


def _path(file: str) -> str:
    return real_name(file).replace(os.sep, "/")
