"""The report as one page for a browser, which needs no network: all that a run found, to be searched and printed.

The page is complete without its script, which adds search, filters and sorting to what is there.
"""

from __future__ import annotations

import os
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint import __version__
from vmlint.findings.severity import Severity
from vmlint.project.codeowners import Owners
from vmlint.report import wording
from vmlint.report.about import identified
from vmlint.report.html.finding import Entry, finding
from vmlint.report.html.gaps import Gaps
from vmlint.report.html.markup import attributes, link, path, prose, said, text
from vmlint.report.html.overview import STANDINGS, Counts, tiles
from vmlint.report.html.ways import Ways
from vmlint.report.screen import real_name
from vmlint.run.from_root import namer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from vmlint.lint.rule import Coded
    from vmlint.report.about import About
    from vmlint.report.html.finding import Lines
    from vmlint.run.result import Result, Run, Tally

SHOWN = 10_000
"""Findings of a page, the gravest; of the others it gives the number."""
REMARKS = 100
"""Files that are named because they were not linted."""
_PARTS = Path(__file__).parent


def report(run: Run, about: About, owners: Callable[[str], tuple[str, ...] | None] | None = None) -> Iterator[str]:
    """Yield the page, part by part.

    ``owners`` tells who owns a file, ``None`` where nothing says so; by default, ``CODEOWNERS`` does. The run has to
    have details and pictures.
    """
    owners = owners or Owners()
    today, limits = about.today, about.limits
    shown, counts, gaps, ways = _Shown(), Counts(), Gaps(), Ways()
    name = namer(Path.cwd())  # fingerprints are the same whatever the current folder
    for result in run:
        for entry in _entries(result, owners, ways, about, name):
            counts.add(entry)
            shown.add(entry, result.lines)
        for _, undecided in result.undecided:
            gaps.add(undecided)
    tally = run.tally
    yield from _head(tally, today, limits, "findings" if counts.rules else "main")
    if counts.rules:
        yield from counts.tables()
        yield from _filters(counts)
        yield from shown.html()
        yield from ways.html(limits)
    yield from gaps.html()
    yield from _not_linted(tally)
    if counts.rules:
        yield from _about_rules(counts, {rule.code: rule for rule in about.rules}, about)
    yield from _foot(today)


def _entries(
    result: Result,
    owners: Callable[[str], tuple[str, ...] | None],
    ways: Ways,
    about: About,
    name: Callable[[str], str],
) -> Iterator[Entry]:
    choices = {choice.workload: choice for choice in reversed(result.choices)}
    tables = {choice.workload: ways.add(result.file, choice) for choice in result.choices}
    for found, fingerprint in identified(result._replace(file=name(result.file))):
        file = found.place.file
        choice = choices.get(found.workload)
        folder = os.path.dirname(real_name(file)).replace(os.sep, "/") or "."  # noqa: PTH120
        platform = choice.platform if choice else ""
        shown = tables.get(found.workload, "")
        yield Entry(found, result.file, platform, folder, owners(file), shown, fingerprint, about.page(found.code))


class _Shown:
    """The findings that the page lists: the gravest, and among those of one kind the first of the run."""

    def __init__(self) -> None:
        self._found: dict[str, list[tuple[Entry, Lines]]] = {standing: [] for standing in STANDINGS}
        self._left_out = 0

    def add(self, entry: Entry, lines: Lines) -> None:
        """Add a finding. Where there are too many, the last of the least grave goes."""
        self._found[entry.standing].append((entry, lines))
        if sum(map(len, self._found.values())) > SHOWN:
            next(found for found in reversed(self._found.values()) if found).pop()
            self._left_out += 1

    def html(self) -> Iterator[str]:
        """Yield the list."""
        yield '<ol id="list">\n'
        every = (each for found in self._found.values() for each in found)
        for number, (entry, lines) in enumerate(every, 1):
            yield finding(entry, number, lines)
        yield "</ol>\n"
        if self._left_out:
            noun = wording.count(self._left_out, "more finding")
            yield f"<p>{noun} left out here, none of them graver. <code>--format json</code> lists all.</p>\n"
        yield "</section>\n"


def _head(tally: Tally, today: date, limits: Sequence[str], first: str) -> Iterator[str]:
    """Yield what comes before the main part. ``first`` is the id of the element that most readers look for."""
    style, script = _part("page.css"), _part("page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    title = wording.summary(tally, limits)
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy"{attributes([("content", policy)])}>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="generator" content="vmlint {__version__}">\n<title>vmlint: {said(title)}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#{first}">Skip to {first}</a>\n'
        f'<header><p class="brand">vmlint <span>report of <time datetime="{today}">{today}</time></span></p>\n'
        f"<h1>{said(title)}</h1>\n"
    )
    yield f'<dl class="tiles">{"".join(tiles(tally))}</dl></header>\n<main id="main" tabindex="-1">\n'


def _filters(counts: Counts) -> Iterator[str]:
    """Yield the head of the list, with the form that the script makes visible."""
    yield '<section aria-labelledby="findings"><h2 id="findings" tabindex="-1">Findings</h2>\n'
    yield '<form id="filters" role="search" aria-label="Findings" hidden>\n<div class="boxes">'
    yield '<label class="search"><span>Search <kbd>/</kbd></span> '
    yield '<input type="search" name="search" autocomplete="off" spellcheck="false"></label>\n'
    severities = [(str(severity), str(severity)) for severity in sorted(Severity, reverse=True)]
    yield _choice("severity", "Severity", severities)
    for facet in counts.facets:
        values = [(value, f"{counts.name(facet, value)} ({number})") for value, number in counts.values(facet)]
        yield _choice(facet.id, facet.title, values)
    if counts.accepted:
        yield _choice("accepted", "Accepted", [("no", "not accepted"), ("yes", "accepted")])
    yield _choice("order", "Order", [("file", "file"), ("rule", "rule"), ("platform", "platform")], "gravest first")
    yield '</div>\n<div class="state"><p role="status" id="state"></p>'
    yield '<button type="button" id="unfold">Unfold all</button> <button type="reset">Reset</button></div></form>\n'


def _choice(name: str, title: str, values: Sequence[tuple[str, str]], every: str = "all") -> str:
    shown = "".join(
        f"<option{attributes([('value', value)])}>{label}</option>" for value, label in [("", every), *values]
    )
    return f'<label><span>{title}</span> <select name="{name}">{shown}</select></label>\n'


def _not_linted(tally: Tally) -> Iterator[str]:
    """Yield the files that were skipped although their author may expect otherwise."""
    told = [*tally.passed_over, *tally.unused]
    if not told:
        return
    yield '<section aria-labelledby="skipped"><h2 id="skipped">Not linted</h2>\n<ul>'
    ranked = sorted(told, key=lambda each: not each.skipped)
    for result in ranked[:REMARKS]:
        yield f'<li><span class="place">{path(result.file)}</span>: {text(wording.skip_reason(result))}</li>\n'
    yield "</ul>"
    if len(ranked) > REMARKS:
        yield f"<p>and {wording.count(len(ranked) - REMARKS, 'more file')}; <code>--format json</code> lists all.</p>"
    yield "</section>\n"


def _about_rules(counts: Counts, rules: Mapping[str, Coded], about: About) -> Iterator[str]:
    yield '<section aria-labelledby="rules"><h2 id="rules">The rules behind these findings</h2>\n'
    for code in counts.rules:
        if rule := rules.get(code):
            first, _, rest = rule.doc.strip().partition("\n")
            page = link(about.page(code), f"Page of {text(code)}")
            page = f" {page}" if page else ""
            yield (
                f'<details class="about-rule"><summary><h3><code>{text(code)}</code> {text(rule.name)}</h3>'
                f'<p class="about">{"".join(prose(first, "h4")).removeprefix("<p>").removesuffix("</p>")}</p></summary>'
                f'<div class="body prose" id="{text(code)}" tabindex="-1">{"".join(prose(rest, "h4"))}'
                f"<p>Cases and sources: <code>vmlint explain {text(code)}</code>{page}</p></div></details>\n"
            )
    yield "</section>\n"


def _foot(today: date) -> Iterator[str]:
    yield f"</main>\n<footer><p>Written by vmlint {__version__}. Dates are judged as of {today}.</p></footer>\n"
    yield f"<script>{_part('page.js')}</script>\n</body>\n</html>\n"


def _part(name: str) -> str:
    """Return the text of the style or the script, as the page holds it and its policy allows it."""
    return (_PARTS / name).read_text("utf-8")


def _hash(part: str) -> str:
    return f"'sha256-{b64encode(sha256(part.encode()).digest()).decode()}'"
