"""What the advisor found for a workload as a whole."""

from __future__ import annotations

from vmlint.api import Advice, Unknown, Workload


def nothing_fits(workload: Workload, advice: Advice) -> bool:
    """Whether a verdict is called for and no candidate remains; unknown where each that remains has conditions."""
    if workload.deployed and not advice.current_errors:
        return False
    if not workload.deployed and advice.something_fits:
        return False
    if advice.something_surely_fits:
        return False
    fitting = advice.verdict.fitting
    if fitting:
        raise Unknown(fitting[0].needs[0].path)
    return not advice.incurable  # if it is, no deployment is at fault
