"""The docstring of a rule is its documentation: one sentence, then sections under the same few headings everywhere."""

from __future__ import annotations

import re

import pytest

from vmlint.extend.plugins import load
from vmlint.lint.rule import Rule
from vmlint.testing.new_rule import RULE

HEADINGS = ("Why", "What it looks like", "Severity", "When it stays silent")
"""In their order. The first and the last are in every docstring."""


@pytest.mark.parametrize("rule", load().rules, ids=lambda rule: rule.code)
def test_sections(rule: Rule) -> None:
    summary, *sections = re.split(r"\n\n## (.+)\n\n", rule.doc)
    assert "\n" not in summary
    assert summary.endswith(".")
    headings, texts = sections[::2], sections[1::2]
    assert headings == [heading for heading in HEADINGS if heading in headings]
    assert {HEADINGS[0], HEADINGS[-1]} <= set(headings)
    assert all(text.strip() and "##" not in text for text in texts)
    left = [text for text in (summary, *texts) if text.split(".")[0] in RULE]
    assert not left, "the docstring still has sentences of the template: replace them with the rule's own"


def test_the_template_has_them_as_well() -> None:
    assert set(re.findall(r"## (.+)\n", RULE)) <= set(HEADINGS)
