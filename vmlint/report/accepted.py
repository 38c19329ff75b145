"""What a baseline accepts: a list for people, and a document for programs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from vmlint.inert import visible
from vmlint.project.baseline import as_keys, summed
from vmlint.report.json import dumped
from vmlint.report.layout import hanging
from vmlint.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from vmlint.project.baseline import Entry
    from vmlint.report.screen import Line

VERSION = 1
Listed = tuple[str, "Sequence[Entry]"]
"""The name of a baseline, and its entries."""


def document(baselines: Iterable[Listed]) -> str:
    """Return the entries of some baselines as JSON, in the order of their files."""
    found = [
        {"baseline": baseline, **as_keys(each), "count": each.times}
        for baseline, entries in baselines
        for each in summed(entries)
    ]
    return dumped({"version": VERSION, "accepted": sum(each["count"] for each in found), "findings": found})


def listing(baselines: Iterable[Listed], names: Mapping[str, str], columns: int) -> Iterator[Line]:
    """Yield the entries of some baselines by rule and file. ``names`` are the names of the rules by their codes."""
    for number, (baseline, entries) in enumerate(baselines):
        if number:
            yield []
        yield from _listing(entries, baseline, names, columns)


def _listing(entries: Iterable[Entry], baseline: str, names: Mapping[str, str], columns: int) -> Iterator[Line]:
    by_rule = sorted(entries, key=lambda each: (each.found.code, each.file, each.found))
    for code, of_rule in groupby(by_rule, key=lambda each: each.found.code):
        inside = [*of_rule]
        yield [(visible(code), "bold"), (f" {visible(names.get(code, '(no such rule)'))}: {_total(inside)}", "")]
        for file, of_file in groupby(inside, key=lambda each: each.file):
            yield [(f"  {visible(file)}", "")]
            for each in of_file:
                yield from hanging(visible(_about(each)), columns, 4, hang=2)
        yield []
    total = sum(each.times for each in by_rule)
    yield [(f"{count(total, 'finding')} accepted by {baseline}", "bold")]


def _total(entries: Iterable[Entry]) -> int:
    return sum(each.times for each in entries)


def _about(each: Entry) -> str:
    """Return what an entry is about: ``web: deployment.privileged = true (2 times)``."""
    found = each.found
    value = found.entry or found.value
    field = f"{found.path} = {value}" if found.path and value else found.path or value
    times = f" ({each.times} times)" if each.times > 1 else ""
    name = f"{found.workload} ({found.document})" if found.document else found.workload
    return ": ".join(filter(None, (name, field))) + times or "the file itself"
