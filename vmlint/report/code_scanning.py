"""SARIF for GitHub's code scanning, which ignores suppressions: nothing that is accepted is an alert.

An alert whose finding is accepted is closed by the next upload. The run's own counts hold what was left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.report import sarif

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vmlint.report.about import About
    from vmlint.run.result import Result, Run, Tally


def report(run: Run, about: About) -> Iterator[str]:
    """Yield one log with one run, of the findings that count."""
    return sarif.report(run.through(_counting), about)


def left_out(tally: Tally) -> str:
    """Return how many findings that count the log does not hold; empty where it holds all."""
    return sarif.beyond(sum(tally.severities.values()))


def _counting(results: Iterable[Result]) -> Iterator[Result]:
    for result in results:
        kept = tuple(each for each in result.diagnostics if each.accepted is None)
        yield result if len(kept) == len(result.diagnostics) else result._replace(diagnostics=kept)
