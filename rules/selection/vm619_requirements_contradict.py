from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Advice, Finding, Severity, Workload, as_text, finding, rule, value_at

from ..shared.verdicts import nothing_fits
from ..shared.wording import listed


@rule(
    "VM619",
    "requirements-contradict",
    Severity.ERROR,
    article=("CH-1", "CH-7"),
    stage="advice",
)
def requirements_contradict(workload: Workload, advice: Advice) -> Iterator[Finding]:
    """Some requirements cannot be had together, whatever is chosen.

    ## Why

    Where every deployment in the catalogue is ruled out, the smallest set of requirements is named without which one of
    them would fit. The way out is a decision about the workload, or about its host: VM699 lists what rules out each way
    of running it. That a slow emulation would fit proves nothing against a demand.

    ## When it stays silent

    Something fits, or would if a fact were known.
    """
    if not nothing_fits(workload, advice) or not advice.verdict.contradiction:
        return
    first, *others = advice.verdict.contradiction
    stated = [f"{path} ({_demand(workload, path)})" for path in (first, *others)]
    them = "them" if others else "it"
    yield finding(
        first,
        f"nothing in the catalogue fits as long as {listed(stated)} {'are' if others else 'is'} demanded",
        because=others,
        help=f"without {them} something fits: loosen {them}, or change what closes each way, which VM699 lists",
    )


def _demand(workload: Workload, path: str) -> str:
    """Return what a requirement demands, as text."""
    value = value_at(workload, path)
    return listed(map(as_text, value)) if isinstance(value, tuple) else as_text(value)
