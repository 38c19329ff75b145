"""The report as SARIF 2.1.0, in the part of it that code scanning of GitHub, GitLab and Azure DevOps reads.

GitHub keeps 5,000 results of a run and refuses more than 25,000, so the gravest 5,000 are written. Fingerprints have a
name of their own: GitHub's action computes ``primaryLocationLineHash`` itself, and warns of every other value of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vmlint import __version__
from vmlint.findings.severity import Confidence, Severity
from vmlint.inert import visible
from vmlint.report import wording
from vmlint.report.about import About, Identified, explain, identified, why_accepted
from vmlint.report.gravest import Gravest
from vmlint.report.json import compact

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Accepted, Crash, Diagnostic
    from vmlint.findings.fix import Fix
    from vmlint.findings.place import Place
    from vmlint.lint.rule import Coded
    from vmlint.run.result import Run, Tally

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RESULTS, LOCATIONS, TAGS, NOTIFICATIONS = 5_000, 100, 20, 100
"""What GitHub shows of a run, a result and a rule; crashes that are told apart."""
SHORT, LONG = 255, 1_000
"""Characters of the descriptions of a rule that GitHub shows."""
FINGERPRINT = "vmlint/v1"
ROOT = "%SRCROOT%"
_PRECISIONS = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_SECURITY = {Severity.ERROR: "8.0", Severity.WARNING: "5.0", Severity.NOTE: "2.0"}
"""Where GitHub draws the lines between high, medium and low."""


def report(run: Run, about: About) -> Iterator[str]:
    """Yield one log with one run."""
    gravest: Gravest[tuple[str, str]] = Gravest(RESULTS)  # (code of the rule, its result as JSON)
    crashes: list[Crash] = []
    for result in run:
        crashes += result.crashes[: NOTIFICATIONS - len(crashes)]
        for each in identified(result):
            if gravest.admits(each.found):
                gravest.add(each.found, (each.found.code, compact(_result(each))))
    kept = [*gravest.in_order()]
    used = {code: index for index, code in enumerate(sorted({code for code, _ in kept}))}
    known = {rule.code: rule for rule in about.rules}
    driver = {
        "name": "vmlint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(known[code], about) if code in known else {"id": code} for code in used],
    }
    head = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the project."}}},
        "invocations": [_invocation(run.tally, crashes, about)],
    }
    yield f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{compact(head)[:-1]},"results":['
    for number, (code, text) in enumerate(kept):
        yield f'{"," if number else ""}\n{{"ruleIndex":{used[code]},{text[1:]}'
    yield "\n]}]}\n"


def left_out(tally: Tally) -> str:
    """Return how many findings the log does not hold; empty where it holds all."""
    return beyond(sum(tally.severities.values()) + sum(tally.accepted.values()))


def beyond(findings: int) -> str:
    """Return how many of some findings a log does not hold; empty where it holds all."""
    more = findings - RESULTS
    return f"SARIF holds the gravest {RESULTS} findings, {more} more are left out" if more > 0 else ""


def _invocation(tally: Tally, crashes: Iterable[Crash], about: About) -> dict[str, Any]:
    status = about.status(tally)
    return {
        "executionSuccessful": status in (0, 1),
        "exitCode": status,
        "toolExecutionNotifications": [_notification(str(crash), crash.code) for crash in crashes],
        "toolConfigurationNotifications": [_notification(failure) for failure in about.failures],
    }


def _notification(text: str, code: str = "") -> dict[str, Any]:
    about = {"associatedRule": {"id": code}} if code else {}
    return {"level": "error", "message": {"text": visible(text)}, **about}


def _rule(rule: Coded, about: About) -> dict[str, Any]:
    paragraphs = rule.doc.strip().split("\n\n")
    why = next((text for text in paragraphs[1:] if not text.startswith("#")), rule.summary)
    page = about.page(rule.code)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": visible(rule.summary, SHORT)},
        "fullDescription": {"text": visible(" ".join(why.split()), LONG)},
        "help": {
            "text": f"{rule.doc.strip()}\n\n{page or explain(rule.code)}",
            "markdown": f"# {rule.code} {rule.name}\n\n{rule.doc.strip()}\n\n`{explain(rule.code)}` shows more.",
        },
        **({"helpUri": page} if page else {}),
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {
            "precision": _PRECISIONS[rule.confidence],
            "problem.severity": _PROBLEMS[rule.severity],
            "tags": _tags(rule),
            **({"security-severity": _SECURITY[rule.severity]} if getattr(rule, "security", False) else {}),
        },
    }


def _tags(rule: Coded) -> list[str]:
    security = ["security"] if getattr(rule, "security", False) else []
    return [*security, "virtualization", *sorted(rule.architectures), *rule.article, *rule.sources][:TAGS]


def _result(each: Identified) -> dict[str, Any]:
    found = each.found
    where = {
        "physicalLocation": _location(found.place),
        **({"logicalLocations": [_logical(found)]} if found.workload or found.path else {}),
    }
    return {
        "ruleId": found.code,
        "level": str(found.severity),
        "message": {"text": _text(found.message, *(f"help: {text}" for text in found.help))},
        "locations": [where],
        "relatedLocations": [
            {
                "id": number,
                "message": {"text": _text(f"because of {related.path}")},
                "physicalLocation": _location(related.place),
            }
            for number, related in enumerate(found.because[:LOCATIONS], 1)
        ],
        "partialFingerprints": {FINGERPRINT: each.fingerprint},
        **({"suppressions": [_suppression(found.accepted)]} if found.accepted else {}),
        **({"fixes": list(map(_fix, found.fixes))} if found.fixes else {}),
        "properties": {
            "confidence": str(found.confidence),
            "suggestions": [wording.offer(candidate) for candidate in found.suggestions],
        },
    }


def _text(*parts: str) -> str:
    """Return a message of a line for each part, without links: SARIF reads ``[words](address)`` as one."""
    return "\n".join(map(visible, parts)).replace("](", "] (")


def _logical(found: Diagnostic) -> dict[str, str]:
    name = visible(found.path or found.workload)
    return {"name": name, "fullyQualifiedName": visible("/".join(filter(None, (found.workload, found.path))))}


def _suppression(accepted: Accepted) -> dict[str, Any]:
    noted = {"location": {"physicalLocation": _location(accepted.place)}} if accepted.place else {}
    inside = (
        accepted.by in ("waiver", "hint") and accepted.place is not None and not accepted.place.file.endswith(".toml")
    )
    return {
        "kind": "inSource" if inside else "external",
        "status": "accepted",
        "justification": visible(why_accepted(accepted)),
        **noted,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    files = dict.fromkeys(edit.place.file for edit in fix.edits)
    return {
        "description": {"text": _text(fix.about)},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(file),
                "replacements": [
                    {"deletedRegion": _region(edit.place, exact=True), "insertedContent": {"text": edit.text}}
                    for edit in fix.edits
                    if edit.place.file == file
                ],
            }
            for file in files
        ],
    }


def _location(place: Place) -> dict[str, Any]:
    return {"artifactLocation": _artifact(place.file), "region": _region(place)}


def _artifact(file: str) -> dict[str, str]:
    try:
        path = quote(os.fsencode(file))
    except UnicodeEncodeError:  # no path of the file system, but a name that a manifest gives
        path = quote(file.encode("utf-8", "surrogatepass"))
    if PurePath(file).is_absolute():  # outside of the project
        return {"uri": f"file://{'' if path.startswith('/') else '/'}{path}"}
    return {"uri": path, "uriBaseId": ROOT}


def _region(place: Place, *, exact: bool = False) -> dict[str, int]:
    """Return a region. One that is empty is only right for what is inserted; elsewhere it is the rest of the line."""
    region = {"startLine": max(place.line, 1), "startColumn": max(place.column, 1)}
    end = (place.end_line, place.end_column)
    if end > (place.line, place.column) or exact:
        region |= {"endLine": place.end_line, "endColumn": place.end_column}
    return region
