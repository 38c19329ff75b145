from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from vmlint.api import Advice, Finding, Severity, Unknown, Workload, as_text, finding, rule, value_at

from ..shared.verdicts import nothing_fits
from ..shared.wording import listed

if TYPE_CHECKING:
    from vmlint.api import Candidate

_SHOWN = 3
"""Values of a list that are shown; of the others, how many."""


@rule(
    "VM699",
    "no-architecture-fits",
    Severity.ERROR,
    article=("G-3", "CH-1"),
    stage="advice",
)
def no_architecture_fits(workload: Workload, advice: Advice) -> Iterator[Finding]:
    """Every way of running the workload is ruled out.

    ## Why

    No combination of architecture, mode and platform in the catalogue does what the workload demands on the host it
    names. For each mode the list gives the reason of the candidate that came closest; ways that an error of the
    present choice closes as well share a line. If one fact about the host closes most of the ways, it comes first. What
    all reasons have in common is what has to change: mostly a host that is known too well to leave a choice, or demands
    that exclude each other, which VM619 then names.

    ## When it stays silent

    A deployment without errors is not reported, nor one for which a candidate would fit if an unknown fact turned out
    well, nor an error that has nothing to do with the deployment, such as a public guest without updates.
    """
    if not nothing_fits(workload, advice):
        return
    reasons = list(_closest(advice.verdict.eliminated))
    if not reasons:
        return
    rested = {path for candidate in reasons for path in candidate.errors[0].paths}
    closing = _closing(workload, reasons)
    yield finding(
        "deployment" if workload.deployed else "requirements",
        f"nothing in the catalogue runs this workload: {len(reasons)} ways were tried, and a rule objects to each",
        because=sorted(path for path in rested if path.startswith("requirements.") or path == closing.path),
        help=[
            *closing.said,
            *_objections(reasons, advice.current_errors),
        ],
    )


def _objections(reasons: Sequence[Candidate], reported: Sequence[str]) -> Iterator[str]:
    """Yield why each way is closed. Ways that an error of the present choice closes as well share a line."""
    shared: dict[str, list[str]] = {}
    for candidate in reasons:
        way = f"{candidate.architecture}, {candidate.mode} ({candidate.platform})"
        error = candidate.errors[0]
        if error.code in reported:
            shared.setdefault(error.code, []).append(way)
        else:
            yield f"{way}: {error.code} {error.message}"
    for code, ways in shared.items():
        yield f"{code}, an error of the present choice too: {'; '.join(ways)}"


class Closing(NamedTuple):
    """The fact about the host that closes most of the ways."""

    path: str
    said: tuple[str, ...]
    """A line of help about it."""


def _closing(workload: Workload, reasons: Sequence[Candidate]) -> Closing:
    """Return the stated fact about the host on which the errors of most ways rest; an empty one where none does."""
    counts = Counter(
        path
        for candidate in reasons
        for path in {path for error in candidate.errors for path in error.paths if path.startswith("host.")}
        if _is_stated(workload, path)
    )
    path = max(sorted(counts), key=counts.__getitem__, default="")
    count = counts[path]
    if count * 2 < len(reasons):
        return Closing("", ())
    said = (
        f"{path} ({_fact(workload, path)}) closes {count} of them: another host may open more than a change of demands"
    )
    return Closing(path, (said,))


def _is_stated(workload: Workload, path: str) -> bool:
    try:
        value_at(workload, path)
    except Unknown:
        return False
    return True


def _fact(workload: Workload, path: str) -> str:
    value = value_at(workload, path)
    if not isinstance(value, tuple | frozenset):
        return as_text(value)
    texts = [as_text(each) for each in (value if isinstance(value, tuple) else sorted(value))] or ["none"]
    more = len(texts) - _SHOWN
    return listed([*texts[:_SHOWN], f"{more} more"] if more > 1 else texts)


def _closest(eliminated: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield for each architecture and mode the candidate with the fewest errors."""

    def way(candidate: Candidate) -> tuple[str, str]:
        return candidate.architecture, candidate.mode

    for _, candidates in groupby(sorted(eliminated, key=way), key=way):
        yield min(candidates, key=lambda candidate: (len(candidate.errors), candidate.platform))
