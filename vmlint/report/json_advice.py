"""What ``vmlint suggest`` and ``vmlint check --on`` write for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from vmlint.report.about import About, identified
from vmlint.report.json import candidate, dumped, files_of, finding, head, path_of
from vmlint.report.move import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vmlint.advice.picture import Picture, Row
    from vmlint.findings.verdict import Candidate, Verdict
    from vmlint.lint.hit import Hit
    from vmlint.report.move import Moved
    from vmlint.run.result import Added, Result


def what_if(results: Sequence[Result], added: Iterable[Added], target: str, moved: Sequence[Moved]) -> str:
    """Return the report of ``vmlint check --on``; ``target`` is the id of the platform, with its version."""
    count = Counter(each.verdict for each in moved)
    return dumped(
        {
            **head(),
            "findings": [finding(found, About()) for result in results for found in identified(result)],
            "whatIf": {
                "target": target,
                "summary": {verdict: count[verdict] for verdict in VERDICTS},
                "workloads": list(map(_moved, moved)),
            },
            "files": files_of(results, added),
        }
    )


def advice(
    results: Sequence[Result], added: Iterable[Added], workloads: Iterable[tuple[str, str, Verdict, Picture]]
) -> str:
    """Return the report of ``vmlint suggest``: (file, workload, verdict, picture) for every workload."""
    return dumped(
        {
            **head(),
            "findings": [finding(found, About()) for result in results for found in identified(result)],
            "workloads": [
                {
                    "file": path_of(file),
                    "workload": workload,
                    "current": candidate(verdict.current) if verdict.current else None,
                    "fitting": [candidate(found) for found in verdict.fitting],
                    "eliminated": [_eliminated(found) for found in verdict.eliminated],
                    "contradiction": list(verdict.contradiction),
                    "picture": _picture(drawn),
                }
                for file, workload, verdict, drawn in workloads
            ],
            "files": files_of(results, added),
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


def _eliminated(found: Candidate) -> dict[str, Any]:
    errors = [{"code": each.code, "message": each.message, "paths": list(each.paths)} for each in found.errors]
    return {**candidate(found), "errors": errors}


def _moved(each: Moved) -> dict[str, Any]:
    move = each.move
    return {
        "file": path_of(each.file),
        "line": each.place.line,
        "workload": each.workload,
        "verdict": each.verdict,
        "breaks": [_objection(hit) for hit in move.breaks] if move else [],
        "warns": [_objection(hit) for hit in move.warns] if move else [],
        "gone": [_objection(hit) for hit in move.mends] if move else [],
        "needs": [{"path": need.path, "condition": need.condition, "code": need.code} for need in move.needs]
        if move
        else [],
        "concerns": [{"id": each.id, "kind": each.kind, "text": each.text, "path": each.path} for each in move.concerns]
        if move
        else [],
        "changes": dict(move.changes) if move else {},
        "keeps": dict(move.keeps) if move else {},
    }


def _objection(hit: Hit) -> dict[str, Any]:
    return {
        "code": hit.rule.code,
        "name": hit.rule.name,
        "severity": str(hit.severity),
        "message": hit.finding.message,
        "path": hit.finding.path,
    }
