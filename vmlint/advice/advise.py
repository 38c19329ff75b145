"""The advisor: every candidate for a workload is judged by the rules, scored and ranked."""

from __future__ import annotations

from collections.abc import Sequence

from vmlint.advice.contest import Contest, slate
from vmlint.advice.sieve import Sieve
from vmlint.findings.finding import Repair
from vmlint.findings.verdict import Verdict
from vmlint.lint.rule import Rule
from vmlint.model.workload import Workload


def advise(workload: Workload, rules: Sequence[Rule], repairs: Sequence[Sequence[Repair]]) -> Verdict:
    """Judge every candidate for a workload.

    ``rules`` are the rules of the workload stage, plugins included. ``repairs`` are the repairs of each finding.
    """
    return Contest(workload, rules, slate(workload, repairs), Sieve(rules)).verdict
