"""The report as lines of JSON: a head, each finding as it is found, and a summary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vmlint.report.about import About, identified
from vmlint.report.json import compact, finding, head, settings, summary

if TYPE_CHECKING:
    from vmlint.run.result import Run


def report(run: Run, about: About) -> Iterator[str]:
    """Yield a line for each finding, between a head and a summary; ``type`` says which a line is."""
    yield _line("head", {**head(), "settings": settings(about)})
    for result in run:
        for found in identified(result):
            yield _line("finding", finding(found, about))
    yield _line("summary", summary(run.tally))


def _line(kind: str, value: dict[str, Any]) -> str:
    return compact({"type": kind, **value}) + "\n"
