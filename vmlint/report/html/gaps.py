"""Which facts would decide the checks that could not be decided."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from vmlint.findings.unknown import catalog_fact
from vmlint.report.html.markup import said, table, text
from vmlint.report.html.overview import ROWS, body
from vmlint.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vmlint.findings.unknown import Undecided


class Gaps:
    """The facts that files leave open, over all files of a run."""

    def __init__(self) -> None:
        self._checks: Counter[str] = Counter()
        self._rules: dict[str, set[str]] = {}

    def add(self, undecided: Undecided) -> None:
        """Count one more check."""
        self._checks[undecided.path] += 1
        self._rules.setdefault(undecided.path, set()).add(undecided.code)

    def html(self) -> Iterator[str]:
        """Yield the section; nothing where all was decided."""
        if not self._checks:
            return
        ranked = sorted(self._checks.items(), key=lambda gap: (-gap[1], gap[0]))
        heads = [("Fact", ""), ("Checks", "number"), ("Rules", "")]
        rows = (self._row(fact, checks) for fact, checks in ranked[:ROWS])
        found = f"{count(self._checks.total(), 'undecided check')}, {count(len(ranked), 'fact')}"
        yield (
            '<section aria-labelledby="undecided"><h2 id="undecided">What would decide more</h2>\n'
            "<p>Facts that are not stated, and how many checks wait for each. Such a check reports nothing.</p>\n"
            f'<details><summary><h3>{found}</h3></summary><div class="body">'
            f"{table('Facts that would decide more', heads, body(rows, len(ranked), len(heads)))}"
            "</div></details></section>\n"
        )

    def _row(self, fact: str, checks: int) -> str:
        lacks = catalog_fact(fact)
        name = f"{text(lacks.fact)} of {text(lacks.entry)}, in the catalogue" if lacks else f"<code>{text(fact)}</code>"
        rules = said(", ".join(sorted(self._rules[fact])))
        return f'<tr><th scope="row">{name}</th><td class="number">{checks}</td><td>{rules}</td></tr>'
