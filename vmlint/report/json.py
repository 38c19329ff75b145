"""The report for programs: versioned JSON, described by ``schemas/report.json``."""

from __future__ import annotations

import io
import json
import os
from typing import IO, TYPE_CHECKING, Any

from vmlint import __version__, limits
from vmlint.findings.severity import Severity
from vmlint.inert import harmless
from vmlint.report.about import About, Identified, explain, identified
from vmlint.report.screen import real_name
from vmlint.report.wording import ACCEPTED, skip_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vmlint.findings.diagnostic import Accepted, Derived, Related
    from vmlint.findings.fix import Fix
    from vmlint.findings.place import Place
    from vmlint.findings.unknown import Undecided
    from vmlint.findings.verdict import Candidate, Reason
    from vmlint.run.result import Added, Result, Run, Tally

VERSION = 1


def report(run: Run, about: About) -> Iterator[str]:
    """Yield the report of ``vmlint check``, part by part.

    The numbers come before the lists, and are known after them: the lists wait in files, so that memory stays flat.
    """
    findings, undecided, files, left_out = _List(), _List(), _List(), _List()
    because = _because_of(run.added)
    for result in run:
        for found in identified(result):
            findings.add(finding(found, about))
        for workload, missing in result.undecided:
            undecided.add({"file": path_of(result.file), "workload": workload, **need(missing)})
        if result.beside and result.skipped:
            left_out.add({"path": path_of(result.file), "reason": result.skipped})
        if not result.beside:
            files.add(_file(result, because.get(result.file, "")))
    counts = {**summary(run.tally), **({} if about.is_whole() else {"interrupted": True})}
    yield dumped({**head(), "settings": settings(about), "summary": counts}).removesuffix("\n}\n")
    lists = (("findings", findings), ("undecided", undecided), ("files", files), ("leftOut", left_out))
    for key, each in lists:
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


def settings(about: About) -> dict[str, Any]:
    """Return which settings held in the current folder."""
    return {"profile": about.profile, "from": [*map(path_of, about.said_by)], "limits": [*about.limits]}


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
        "leftOut": tally.left_out,
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
        "needs": [need(missing) for missing in suggested.needs],
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


def need(missing: Undecided) -> dict[str, Any]:
    """Return what is missing to decide a rule."""
    return {
        "code": missing.code,
        "name": missing.name,
        "severity": str(missing.severity),
        "path": missing.path,
        "condition": missing.condition,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "file": path_of(place.file),
        "line": place.line,
        "column": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def files_of(results: Iterable[Result], added: Iterable[Added]) -> list[dict[str, Any]]:
    """Return what became of each file."""
    because = _because_of(added)
    return [_file(result, because.get(result.file, "")) for result in results]


def _file(result: Result, because: str) -> dict[str, Any]:
    status = "linted" if result.recognised else "skipped" if result.readable else "unread"
    return {
        "file": path_of(result.file),
        "status": status,
        "reason": skip_reason(result) if result.readable else result.diagnostics[0].message,
        "because": path_of(because),
        "formats": list(result.formats),
        "coverage": [
            {
                "workload": each.workload,
                "read": each.read,
                "defaults": dict(each.defaults),
                **({"settings": dict(each.settings)} if each.settings else {}),
                "open": dict(each.unknowns),
                **({"unknownImages": list(each.unknown_images)} if each.unknown_images else {}),
            }
            for each in result.coverage
        ],
        "workloads": result.workloads,
        "findings": len(result.diagnostics),
    }


def path_of(file: str) -> str:
    """Return the name of a file as documents have it."""
    return real_name(file).replace(os.sep, "/")
