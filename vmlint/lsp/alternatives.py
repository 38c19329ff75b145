"""The alternatives of a finding as edits of the files that state its workload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vmlint.reading.restate import ways

if TYPE_CHECKING:
    from vmlint.findings.fix import Edit
    from vmlint.findings.verdict import Candidate
    from vmlint.reading.reader import Reader
    from vmlint.reading.subject import Subject

TRIED = 4
"""Ways of writing a change that are tried."""


def edits_of(candidate: Candidate, subject: Subject, readers: Sequence[Reader]) -> Iterator[tuple[Edit, ...]]:
    """Yield the edits that may make a candidate of a workload, the likeliest first; none where they are not simple.

    A change that removes a field is not simple, and neither are several fields that have to be added.
    """
    options = [
        [*ways(subject, path, value, readers)][:TRIED] if value is not None else []
        for path, value in candidate.changes.items()
    ]
    if all(options) and len(options) == 1:
        yield from ((edit,) for edit in options[0])
    elif all(options):
        first = tuple(each[0] for each in options)
        if sum(edit.place[1:3] == edit.place[3:] for edit in first) <= 1:
            yield first
