from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from vmlint.api import Advice, Finding, Severity, Workload, finding, rule

from ..shared.verdicts import nothing_fits

if TYPE_CHECKING:
    from vmlint.api import Candidate


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
    names. For each mode the list gives the reason of the candidate that came closest. What all reasons have in common
    is what has to change: mostly a host that is known too well to leave a choice, or demands that exclude each other,
    which VM619 then names.

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
    yield finding(
        "deployment" if workload.deployed else "requirements",
        f"nothing in the catalogue runs this workload: {len(reasons)} ways were tried, and a rule objects to each",
        because=sorted(path for path in rested if path.startswith("requirements.")),
        help=[
            f"{candidate.architecture}, {candidate.mode} ({candidate.platform}): {candidate.errors[0].code} "
            f"{candidate.errors[0].message}"
            for candidate in reasons
        ],
    )


def _closest(eliminated: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield for each architecture and mode the candidate with the fewest errors."""

    def way(candidate: Candidate) -> tuple[str, str]:
        return candidate.architecture, candidate.mode

    for _, candidates in groupby(sorted(eliminated, key=way), key=way):
        yield min(candidates, key=lambda candidate: (len(candidate.errors), candidate.platform))
