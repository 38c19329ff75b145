"""What ``vmlint suggest`` and ``vmlint check --on`` write for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from vmlint.advice.whole import MARGIN
from vmlint.report.about import About, identified
from vmlint.report.json import candidate, dumped, files_of, finding, head, need, path_of
from vmlint.report.move import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vmlint.advice.lead import Difference
    from vmlint.advice.picture import Picture, Row
    from vmlint.findings.verdict import Candidate
    from vmlint.lint.hit import Hit
    from vmlint.report.advised import Advised, Why
    from vmlint.report.move import Moved
    from vmlint.report.whole import Together
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
    results: Sequence[Result],
    added: Iterable[Added],
    workloads: Iterable[tuple[str, Advised]],
    together: Together | None,
) -> str:
    """Return the report of ``vmlint suggest``: each workload with its file and what was found, and all together."""
    return dumped(
        {
            **head(),
            "findings": [finding(found, About()) for result in results for found in identified(result)],
            "workloads": [
                {
                    "file": path_of(file),
                    "workload": each.present.workload,
                    "current": candidate(each.verdict.current) if each.verdict.current else None,
                    "fitting": [candidate(found) for found in each.verdict.fitting],
                    "why": _why(each.why) if each.why else None,
                    "eliminated": [_eliminated(found) for found in each.verdict.eliminated],
                    "contradiction": list(each.verdict.contradiction),
                    "picture": _picture(each.picture),
                }
                for file, each in workloads
            ],
            "whole": _whole(together) if together else None,
            "files": files_of(results, added),
        }
    )


def _why(found: Why) -> dict[str, Any]:
    lead, hinges = found
    return {
        "first": _way(lead.first),
        "before": _way(lead.other) if lead.other else None,
        "by": lead.by,
        "margin": lead.margin,
        "better": list(map(_difference, lead.better)),
        "worse": list(map(_difference, lead.worse)),
        "hangsOn": [
            {
                "path": each.path,
                "value": each.value,
                "instead": each.instead,
                "first": _way(each.first) if each.first else None,
            }
            for each in hinges.found
        ],
        "tried": hinges.tried,
    }


def _way(found: Candidate) -> dict[str, Any]:
    return {
        "platform": found.platform,
        "architecture": found.architecture,
        "mode": found.mode,
        "score": found.score,
    }


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "column": each.column,
        "label": each.label,
        "demands": _demands(each.demands),
        "share": each.share,
        "first": each.first,
        "other": each.other,
    }


def _demands(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"path": path, "value": value} for path, value in pairs]


def _whole(answer: Together) -> dict[str, Any]:
    found = answer.found
    names = [{"file": path_of(file), "workload": workload} for file, workload in answer.names]
    kept = {"forced": found.forced, "unserved": found.unserved}
    return {
        "workloads": len(names),
        "different": answer.different,
        "margin": MARGIN,
        "smallest": found.smallest,
        "platforms": [
            {
                "platform": chosen.platform,
                "serves": [
                    {
                        **names[each.number],
                        **_way(each.candidate),
                        "needs": [need(missing) for missing in each.candidate.needs],
                    }
                    for each in chosen.serving
                ],
            }
            for chosen in found.chosen
        ],
        "alone": found.alone,
        **{
            key: [
                {
                    **names[each.number],
                    "code": each.code,
                    "message": each.message,
                    "demands": _demands(each.demands),
                }
                for each in obstacles
            ]
            for key, obstacles in kept.items()
        },
    }


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
