"""The report for programs: versioned JSON, described by ``schemas/report.json``."""

from __future__ import annotations

import io
import json
import os
from collections import Counter
from typing import IO, TYPE_CHECKING, Any

from vmlint import __version__, limits
from vmlint.findings.severity import Severity
from vmlint.report.about import About, Identified, explain, identified
from vmlint.report.move import VERDICTS
from vmlint.report.screen import harmless, real_name
from vmlint.report.wording import ACCEPTED, skip_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vmlint.advice.picture import Picture, Row
    from vmlint.findings.diagnostic import Accepted, Derived, Related
    from vmlint.findings.fix import Fix
    from vmlint.findings.place import Place
    from vmlint.findings.unknown import Undecided
    from vmlint.findings.verdict import Candidate, Reason, Verdict
    from vmlint.lint.hit import Hit
    from vmlint.report.move import Moved
    from vmlint.run.result import Added, Result, Run, Tally

VERSION = 1


def report(run: Run, about: About) -> Iterator[str]:
    """Yield the report of ``vmlint check``, part by part.

    The numbers come before the lists, and are known after them: the lists wait in files, so that memory stays flat.
    """
    findings, undecided, files = _List(), _List(), _List()
    because = _because_of(run.added)
    for result in run:
        for found in identified(result):
            findings.add(finding(found, about))
        for workload, missing in result.undecided:
            undecided.add({"file": _path(result.file), "workload": workload, **_need(missing)})
        if not result.beside:
            files.add(_file(result, because.get(result.file, "")))
    yield dumped({**head(), "summary": summary(run.tally)}).removesuffix("\n}\n")
    for key, each in (("findings", findings), ("undecided", undecided), ("files", files)):
        yield f',\n  "{key}": '
        yield from each.parts()
    yield "\n}\n"


class _List:
    """A list of a document. A long one is kept in a file until it is written, since a run may find very much."""

    def __init__(self) -> None:
        self._text: IO[str] = io.StringIO()
        self._kept = 0  # characters in memory
        self._empty = True

    def add(self, value: Any) -> None:
        """Add an entry."""
        text = dumped(value).rstrip("\n").replace("\n", "\n    ")
        self._kept += self._text.write(f"[\n    {text}" if self._empty else f",\n    {text}")
        self._empty = False
        if self._kept > limits.SPOOLED and isinstance(self._text, io.StringIO):
            from tempfile import TemporaryFile

            file = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - closed by `parts`
            file.write(self._text.getvalue())
            self._text = file

    def parts(self) -> Iterator[str]:
        """Yield the text of the list, and forget it."""
        self._text.seek(0)
        while part := self._text.read(limits.SPOOLED):
            yield part
        self._text.close()
        yield "[]" if self._empty else "\n  ]"


def _because_of(added: Iterable[Added]) -> dict[str, str]:
    return {each.file: each.because for each in added}


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
            "files": _files(results, added),
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
            "files": _files(results, added),
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


def compact(value: Any) -> str:
    """Return the same in one line."""
    return harmless(json.dumps(value, ensure_ascii=False, separators=(",", ":")), _escape)


def _escape(char: str) -> str:
    if char == "\n":
        return char  # JSON's own, between its lines; those in strings are escaped already
    if "\ud800" <= char <= "\udfff":
        return f"\\\\u{ord(char):04x}"  # its escape as a text: strict parsers refuse half of a character
    return json.dumps(char)[1:-1] if char > "\x7f" else f"\\u{ord(char):04x}"


def head() -> dict[str, Any]:
    """Return what every document begins with."""
    return {"version": VERSION, "tool": {"name": "vmlint", "version": __version__}}


def summary(tally: Tally) -> dict[str, Any]:
    """Return the counts of a run."""
    return {
        "errors": tally.severities[Severity.ERROR],
        "warnings": tally.severities[Severity.WARNING],
        "notes": tally.severities[Severity.NOTE],
        "accepted": {by: tally.accepted[by] for by in ACCEPTED},
        "workloads": tally.workloads,
        "files": tally.linted,
        "skipped": tally.skipped,
        "unread": tally.unread,
        "undecided": tally.open,
        "crashes": tally.crashes,
        "fixable": tally.fixable,
        "fixableUnsafely": tally.fixable_unsafely,
    }


def finding(identified: Identified, about: About) -> dict[str, Any]:
    """Return a finding with all that is known about it."""
    found = identified.found
    return {
        "fingerprint": identified.fingerprint,
        "code": found.code,
        "name": found.name,
        "severity": str(found.severity),
        "confidence": str(found.confidence),
        "message": found.message,
        "workload": found.workload,
        "also": list(found.also),
        "path": found.path,
        "entry": found.entry,
        "place": _place(found.place),
        "derived": _derived(found.derived),
        "because": list(map(_because, found.because)),
        "local": [
            {"entry": entry.id, "blocks": list(entry.blocks), "files": list(entry.files)} for entry in found.local
        ],
        "help": list(found.help),
        "suggestions": [candidate(suggested) for suggested in found.suggestions],
        "accepted": _accepted(found.accepted),
        "fixes": list(map(_fix, found.fixes)),
        "explain": explain(found.code),
        "url": about.page(found.code),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "about": fix.about,
        "safe": fix.safe,
        "changes": dict(fix.changes),
        "edits": [{"place": _place(edit.place), "text": edit.text} for edit in fix.edits],
    }


def _accepted(accepted: Accepted | None) -> dict[str, Any] | None:
    if accepted is None:
        return None
    place = _place(accepted.place) if accepted.place else None
    return {"by": accepted.by, "reason": accepted.reason, "until": accepted.until, "place": place}


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


def _files(results: Iterable[Result], added: Iterable[Added]) -> list[dict[str, Any]]:
    because = _because_of(added)
    return [_file(result, because.get(result.file, "")) for result in results]


def _file(result: Result, because: str) -> dict[str, Any]:
    status = "linted" if result.recognised else "skipped" if result.readable else "unread"
    return {
        "file": _path(result.file),
        "status": status,
        "reason": skip_reason(result) if result.readable else result.diagnostics[0].message,
        "because": _path(because),
        "formats": list(result.formats),
        "coverage": [
            {
                "workload": each.workload,
                "read": each.read,
                "defaults": dict(each.defaults),
                **({"settings": dict(each.settings)} if each.settings else {}),
                "open": dict(each.unknowns),
            }
            for each in result.coverage
        ],
        "workloads": result.workloads,
        "findings": len(result.diagnostics),
    }


def _path(file: str) -> str:
    return real_name(file).replace(os.sep, "/")
