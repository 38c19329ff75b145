"""For authors of rules: the documents beside a rule as its tests.

The cases of a rule are whole documents in a file named as the rule, ``acme001_no_desktop_hypervisors.yaml``, beside the
module that defines it. The name of each document says what the rule must make of it (``flagged-…``, ``passing-…``,
``undecided-…``), and comments say what is reported where; see :mod:`vmlint.testing.marks`. With pytest::

    @pytest.mark.parametrize("case", list(cases(RULES)), ids=str)
    def test_case(case, installed=load()):
        judge(case, installed.rules, installed.catalog)
"""

from vmlint.extend.plugins import load
from vmlint.testing.cases import KINDS, Case, cases
from vmlint.testing.judging import TODAY, judge, marked

__all__ = ["KINDS", "TODAY", "Case", "cases", "judge", "load", "marked"]
