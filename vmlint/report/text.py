"""The report for people: each finding with the lines it is about, the reason, and what would fit instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from vmlint.findings.severity import Confidence
from vmlint.inert import visible
from vmlint.record import NamedTuple
from vmlint.report import wording
from vmlint.report.screen import Line, file_name, wrap

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic, Related
    from vmlint.findings.unknown import Undecided
    from vmlint.findings.verdict import Candidate
    from vmlint.report.frame import Mark
    from vmlint.report.repeats import Repeats
    from vmlint.run.result import Result, Run, Tally

HELP, FITS, DIM = "bold cyan", "bold green", "dim"
WORKLOADS = 3
"""Workloads that are named where many share a finding."""


class _Offered(NamedTuple):
    """Suggestions that were shown already, and with which finding."""

    workload: str
    suggestions: tuple[object, ...]
    code: str


def report(
    run: Run,
    columns: int,
    *,
    undecided: bool = False,
    coverage: bool = False,
    limits: Sequence[str] = (),
    summary: bool = True,
) -> Iterator[Line]:
    """Yield the report on a run, to be shown ``columns`` wide. Findings come in the order of the run, while it goes on.

    ``undecided`` and ``coverage`` add a section after them, for which all results are kept. ``limits`` say how the
    options limit what the rules report; the ``summary`` tells them.
    """
    kept: list[Result] = []
    yield from findings(_keeping(run, kept) if undecided or coverage else run, columns)
    tally = run.tally
    if tally.linted or tally.unread:
        if undecided:
            yield from missing(kept)
        if summary:
            yield from _summary(tally, limits, undecided=undecided)
    if coverage:
        from vmlint.report import facts

        yield from facts.coverage(kept, columns)


def _keeping(results: Iterable[Result], kept: list[Result]) -> Iterator[Result]:
    for result in results:
        kept.append(result)
        yield result


def findings(results: Iterable[Result], columns: int) -> Iterator[Line]:
    """Yield the findings of all files, without a summary."""
    explained: set[str] = set()
    repeats: Repeats | None = None
    for result in results:
        if result.diagnostics:
            if repeats is None:
                from vmlint.report.repeats import Repeats  # imported only where there are findings

                repeats = Repeats()
            yield from _of_file(result, columns, explained, repeats)
    if repeats is not None:
        yield from repeats.lines(columns)


def _of_file(result: Result, columns: int, explained: set[str], repeats: Repeats) -> Iterator[Line]:
    """Yield the findings of one file, but for what is accepted or put aside.

    ``explained`` collects the codes whose page was pointed to.
    """
    offered: _Offered | None = None
    for found in result.diagnostics:
        if found.accepted is not None or repeats.puts_aside(found):
            continue
        gutter = gutter_of(found)
        yield _headline(found)
        yield [(" " * (gutter + 1) + "--> ", "blue"), (_where(found, result.file), "")]
        yield from frames(found, result.lines, gutter, columns)
        notes = [*_notes(found, offered, explained, gutter, columns)]
        if result.lines and notes:
            from vmlint.report.frame import edge  # imported only where there are findings

            yield edge(gutter)
        yield from notes
        yield []
        explained.add(found.code)
        if found.suggestions and not _same(offered, found):
            offered = _Offered(found.workload, found.suggestions, found.code)


def _headline(found: Diagnostic) -> Line:
    style = wording.STYLES[found.severity]
    return [(f"{found.severity}[{found.code}]", style), (f" {found.name}", "bold"), (f": {visible(found.message)}", "")]


def gutter_of(found: Diagnostic) -> int:
    """Return the width of the line numbers in the frames of a finding."""
    places = [found.place, *(related.place for related in found.because)]
    return len(str(max(place.end_line for place in places)))


def _where(found: Diagnostic, file: str) -> str:
    place = found.place
    where = f"{file_name(place.file)}:{place.line}:{place.column}"
    if not found.workload:
        return where
    outside = "" if place.file == file else f" of {file_name(file)}"
    names = [visible(name) for name in (found.workload, *found.also)]
    return f"{where} (workload{'s' if found.also else ''} {wording.some(names, WORKLOADS)}{outside})"


def frames(found: Diagnostic, lines: Mapping[str, Mapping[int, str]], gutter: int, columns: int) -> Iterator[Line]:
    """Yield the frame of the file at fault, then the frames of other files that the finding rests on."""
    from vmlint.report.frame import edge, frame

    marks = list(_marks(found))
    files = dict.fromkeys(mark.place.file for mark in marks)
    for file in files:
        here = [mark for mark in marks if mark.place.file == file]
        if file != found.place.file:
            place = here[0].place
            label = "" if file in lines else f" {here[0].label}"
            yield edge(gutter)
            yield [(" " * (gutter + 1) + "::: ", "blue"), (f"{file_name(file)}:{place.line}:{place.column}{label}", "")]
        if file in lines:
            yield edge(gutter)
            yield from frame(lines[file], here, gutter, columns)


def _marks(found: Diagnostic) -> Iterator[Mark]:
    from vmlint.report.frame import RELATED, Mark

    same = [_named(each) for each in found.because if each.place == found.place and each.path != found.path]
    label = f"{_named(found)} (because of {', '.join(same)})" if same else _named(found)
    yield Mark(found.place, visible(label), wording.STYLES[found.severity])
    for place, group in groupby(sorted(found.because, key=attrgetter("place")), key=attrgetter("place")):
        if place != found.place:
            paths = ", ".join(dict.fromkeys(map(_named, group)))
            yield Mark(place, visible(f"because of {paths}"), RELATED, "-")


def _named(field: Diagnostic | Related) -> str:
    """Return the name of a field; for a derived one, marked where its source stands, with its value."""
    if field.derived is None:
        return field.path
    origin = f", {field.derived.why}" if field.derived.given else ""
    return f"{field.path}: {field.derived.value}{origin}"


def _notes(
    found: Diagnostic, offered: _Offered | None, explained: set[str], gutter: int, columns: int
) -> Iterator[Line]:
    if found.confidence < Confidence.HIGH:
        yield from _note("confidence", str(found.confidence), DIM, gutter, columns)
    for entry in found.local:
        yield from _note("data", visible(wording.origin(entry)), HELP, gutter, columns)
    for text in found.help:
        yield from _note("help", visible(text), HELP, gutter, columns)
    if found.fixes and found.accepted is None:
        yield from _note(
            "fix" if found.fixes[0].safe else "unsafe fix", visible(found.fixes[0].about), HELP, gutter, columns
        )
    if offered is not None and _same(offered, found):
        of = "" if offered.workload == found.workload else f" of {visible(offered.workload)}"
        yield from _note("fits", f"the same as for {offered.code}{of} above", FITS, gutter, columns)
    else:
        yield from _offers(found.suggestions, gutter, columns)
    if found.code not in explained:
        yield from _note("explain", f"vmlint explain {found.code}", HELP, gutter, columns)


def _same(offered: _Offered | None, found: Diagnostic) -> bool:
    return offered is not None and bool(found.suggestions) and offered.suggestions == found.suggestions


def _offers(suggestions: Sequence[Candidate], gutter: int, columns: int) -> Iterator[Line]:
    """Yield what would fit instead. Conditions that all of them share come once, before them."""
    common = wording.common_needs(suggestions) if len(suggestions) > 1 else ()
    if common:
        condition, listed = wording.conditional(common)
        yield from _note(f"fits {condition}", "", FITS, gutter, columns)
        yield from _listed(listed, gutter + 6, columns)
    for candidate in suggestions:
        condition, listed = wording.conditional(wording.own_needs(candidate, common), also=bool(common))
        offer = wording.offer(candidate)
        if common:
            yield from _item(f"{condition}: {offer}" if condition else offer, gutter, columns)
        else:
            yield from _note(f"fits {condition}".rstrip(), offer, FITS, gutter, columns)
        yield from _listed(listed, gutter + (8 if common else 6), columns)


def _note(title: str, text: str, style: str, gutter: int, columns: int) -> Iterator[Line]:
    """Yield a remark under a finding. Its title may be so long that it goes on in further lines."""
    margin = gutter + 4
    styled = len(title) + 1
    for number, line in enumerate(wrap(f"{title}: {text}".rstrip(), columns - margin)):
        start = (" " * margin, "") if number else (" " * (gutter + 2) + "= ", "blue")
        yield [start, (line[:styled], style), (line[styled:], "")]
        styled = max(styled - len(line) - 1, 0)


def _listed(conditions: Sequence[str], indent: int, columns: int) -> Iterator[Line]:
    from vmlint.report.layout import hanging

    for condition in conditions:
        yield from hanging(condition, columns, indent, "if", FITS)


def _item(text: str, gutter: int, columns: int) -> Iterator[Line]:
    for number, line in enumerate(wrap(text, columns - gutter - 6)):
        yield [(" " * (gutter + 4) + ("  " if number else "- "), FITS), (line, "")]


def missing(results: Iterable[Result]) -> Iterator[Line]:
    """Yield, for each workload, which fields would decide the rules that could not be decided."""
    for result in results:
        unknown = {each.workload: each.unknown_images for each in result.coverage if each.unknown_images}
        for workload, group in groupby(result.undecided, key=lambda pair: pair[0]):
            yield _heading(workload, result.file)
            yield from _gaps(undecided for _, undecided in group)
            yield from _unknown(unknown.pop(workload, ()))
            yield []
        for workload, images in unknown.items():
            yield _heading(workload, result.file)
            yield from _unknown(images)
            yield []


def _heading(workload: str, file: str) -> Line:
    name = f"workload {visible(workload)}" if workload else "a workload without a name"
    return [("undecided", "bold"), (f" in {name} ({file_name(file)})", "")]


def _unknown(images: Iterable[str]) -> Iterator[Line]:
    for image in images:
        yield [("  nothing is known of what ", ""), (visible(image), "bold"), (" needs of a host", ""),
               ("; `requirements.features` states it", DIM)]  # fmt: skip


def _gaps(undecided: Iterable[Undecided]) -> Iterator[Line]:
    from vmlint.catalog.fields import command_for  # imported only where the gaps are shown

    for gap in wording.gaps(undecided):
        codes = ", ".join(gap.codes)
        if gap.in_catalog:
            entry, fact = map(visible, gap.in_catalog)
            yield [(f"  vmlint's catalogue does not know {fact} of {entry}, for {codes}", "")]
        else:
            command = command_for(gap.path)
            shown = (f"; `{command}` shows it", DIM) if command else ("", "")
            yield [("  ", ""), (visible(gap.path), "bold"), (f" would decide {codes}", ""), shown]


def _summary(tally: Tally, limits: Sequence[str], *, undecided: bool) -> Iterator[Line]:
    worst = tally.worst
    yield [(wording.summary(tally, limits), "bold green" if worst is None else wording.STYLES[worst])]
    if hidden := wording.hinted(tally):
        yield [(hidden, DIM)]
    if mended := wording.fixable(tally):
        yield [(mended, DIM)]
    if (unknown := wording.unknown(tally)) and not undecided:
        yield [(f"{unknown}; `requirements.features` states it", DIM)]
    if tally.open and not undecided:
        count = wording.count(tally.open, "check")
        yield [(f"{count} could not be decided; --undecided lists the fields that would decide them", DIM)]
