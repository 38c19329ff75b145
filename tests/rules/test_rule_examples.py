"""Every rule's examples: what it flags, what it passes, and where it must stay silent for want of a fact."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from vmlint.extend.plugins import Installed, load
from vmlint.lint.rule import Rule
from vmlint.testing import KINDS, Example, examples, judge

RULES = Path(__file__).parents[2] / "rules"


@cache
def installed() -> Installed:
    return load()


@pytest.mark.parametrize("example", list(examples(installed().rules)), ids=str)
def test_example(example: Example) -> None:
    judge(example, installed().rules, installed().catalog)


@pytest.mark.parametrize("rule", installed().rules, ids=lambda rule: rule.code)
def test_every_rule_has_every_kind_of_example(rule: Rule) -> None:
    kinds = {example.name.split("-")[0] for example in examples([rule]) if example.text}
    assert kinds >= set(KINDS)


@pytest.mark.parametrize("rule", installed().rules, ids=lambda rule: rule.code)
def test_example_file_is_found_by_its_code(rule: Rule) -> None:
    assert rule.examples is not None
    folder = RULES.joinpath(*rule.module.split(".")[1:-1])  # the module's own: rules/ or rules/specs/
    assert rule.examples.resolve() == folder / "examples" / f"{rule.code}.yaml"


def test_there_are_rules() -> None:
    """So that nothing above passes for want of a rule."""
    assert not installed().failures
    assert installed().rules


@pytest.mark.parametrize("file", sorted(RULES.rglob("examples/*")), ids=lambda file: file.name)
def test_example_file_belongs_to_a_rule(file: Path) -> None:
    assert file.stem in {rule.code for rule in installed().rules}
