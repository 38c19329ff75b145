"""The report as Markdown for a comment on a pull request: a table, and the frame of each finding folded below it.

What a file says is escaped, so that it makes no mark, link, mention or reference. GitHub takes 65,536 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from vmlint.inert import visible
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.report import wording
from vmlint.report.about import About, explain
from vmlint.report.gravest import Gravest
from vmlint.report.page import code_span
from vmlint.report.screen import real_name
from vmlint.report.text import findings

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.run.result import Result, Run, Tally

MOST = 65_536
ROWS = 200
"""Findings that are told apart; of the others only how many."""
WIDE = 100
"""Columns of a frame."""
_MARKS = lazy_pattern(r"([\\`*_{}\[\]()<>#!|~&$^])")
_CALLS = lazy_pattern(r"[@/#!]|www", re.IGNORECASE)
"""What can become a mention, an address or a reference even where its marks are escaped. In a code span it cannot."""


class _Told(NamedTuple):
    row: str
    details: str


def report(run: Run, about: About) -> Iterator[str]:
    """Yield a comment, the gravest findings first."""
    gravest: Gravest[tuple[Diagnostic, Result]] = Gravest(ROWS)
    for result in run:
        for found in result.diagnostics:
            if found.accepted is None and gravest.admits(found):
                gravest.add(found, (found, result._replace(diagnostics=(found,))))
    told = [_Told(_row(found, about), _details(found, alone)) for found, alone in gravest.by_gravity()]
    yield _comment(f"### vmlint: {_summary(run.tally)}\n", told, sum(run.tally.severities.values()))


def left_out(tally: Tally) -> str:
    """Return that not all findings are told apart; empty where they may be."""
    more = sum(tally.severities.values()) - ROWS
    return f"the Markdown report holds the gravest {ROWS} findings, {more} more are left out" if more > 0 else ""


def escaped(text: str) -> str:
    """Return untrusted text as a cell of a Markdown table that shows just this text."""
    shown = visible(text)
    if _CALLS.search(shown):
        return code_span(shown).replace("|", "\\|")
    return _MARKS.sub(r"\\\1", shown)


def _summary(tally: Tally) -> str:
    if not tally.linted and not tally.unread:
        return "nothing was linted"
    return wording.summary(tally)


def _row(found: Diagnostic, about: About) -> str:
    place, page = found.place, about.page(found.code)
    code = f"[{found.code}](<{page}>)" if page else found.code
    where = escaped(f"{real_name(place.file)}:{place.line}")
    return f"| {found.severity} | {code} {escaped(found.name)} | {where} | {escaped(found.message)} |\n"


def _details(found: Diagnostic, alone: Result) -> str:
    """Return a finding as it is on a screen, folded."""
    lines = ["".join(text for text, _ in line).rstrip() for line in findings([alone], WIDE)]
    text = "\n".join(lines).rstrip()
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    title = escape(visible(f"{found.code} {real_name(found.place.file)}:{found.place.line}"))
    return f"<details><summary><code>{title}</code></summary>\n\n{fence}text\n{text}\n{fence}\n\n</details>\n"


def _comment(title: str, told: list[_Told], number: int) -> str:
    """Return the comment. First the details of the mildest findings are left out, then their rows."""
    if not told:
        return title
    table = "\n| | Rule | Where | Finding |\n|---|---|---|---|\n"
    rest = f"\n{{}} of {number} findings are not shown here. `{explain('CODE')}` shows the page of a rule.\n"
    room = MOST - len(title) - len(table) - len(rest) - 20
    rows, details = [], []
    for each in told:
        if len(each.row) > room:
            break
        room -= len(each.row)
        rows.append(each.row)
    for each in told[: len(rows)]:
        if len(each.details) + 1 <= room:
            room -= len(each.details) + 1
            details.append("\n" + each.details)
    missing = number - len(rows)
    cut = len(rows) - len(details)
    end = rest.format(missing) if missing else ""
    end += f"\nThe details of {wording.count(cut, 'finding')} are left out.\n" if cut else ""
    return title + table + "".join(rows) + "".join(details) + end
