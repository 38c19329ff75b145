"""Every rule is tested by the cases beside it: what it flags, what passes, and what stays undecided.

``pytest tests/rules/test_cases.py --update-cases`` writes what is reported now into the cases whose comments differ;
with ``-k VM403`` also into those of that rule that have no comments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from vmlint.extend.plugins import Installed, load
from vmlint.lint.rule import Rule
from vmlint.testing import KINDS, Case, cases, judge, marked, marks

RULES = Path(__file__).parents[2] / "rules"
FILES = sorted(RULES.glob("*/vm[0-9][0-9][0-9]_*.py"))


@cache
def installed() -> Installed:
    return load()


def rules() -> list[Rule]:
    return [rule for rule in installed().rules if rule.module.startswith("vmlint_rules.")]


@pytest.mark.parametrize("case", list(cases(rules())), ids=str)
def test_case(case: Case, request: pytest.FixtureRequest, record_property: Callable[[str, str], None]) -> None:
    options = request.config.option
    if options.update_cases and case.text and is_to_write(case, selected=bool(options.keyword)):
        update(case)
        record_property("wrote", f"{case.name} in {case.rule.cases}")
    else:
        judge(case, installed().rules, installed().catalog)


def is_to_write(case: Case, *, selected: bool) -> bool:
    """Whether the comments of a case differ from what is reported or, if it is selected, are missing."""
    try:
        judge(case, installed().rules, installed().catalog)
    except AssertionError:
        return True
    return selected and case.kind != "passing" and not marks.read(case.text)


def update(case: Case) -> None:
    """Write what is reported now into the file of a case, unless that contradicts the case's name."""
    assert case.rule.cases is not None
    text = case.rule.cases.read_text("utf-8")
    assert text.count(case.text) == 1
    new = marked(case, installed().rules, installed().catalog)
    judge(case._replace(text=new), installed().rules, installed().catalog)
    case.rule.cases.write_text(text.replace(case.text, new), "utf-8")


NEVER_UNDECIDED = ("VM011",)
"""Rules that look at how something is written, which is never unknown."""


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_every_rule_has_every_kind_of_case(rule: Rule) -> None:
    found = [case for case in cases([rule]) if case.text]
    wanted = KINDS[:2] if rule.code in NEVER_UNDECIDED else KINDS
    missing = [f"{kind}-…" for kind in wanted if not any(case.kind == kind for case in found)]
    assert not missing, f"{rule.cases} has no document of the name {' or '.join(missing)}; write one"
    twice = [name for name, times in Counter(case.name for case in found).items() if times > 1]
    assert not twice, f"{rule.cases} has several documents of the name {' and '.join(twice)}; rename all but one"


def test_there_are_rules() -> None:
    assert not installed().failures
    assert rules()


def test_a_file_is_named_as_its_rule_and_stands_in_its_section() -> None:
    stems = {f"{rule.code.lower()}_{rule.name.replace('-', '_')}": rule for rule in rules()}
    assert {file.stem for file in FILES} == stems.keys()
    for file in FILES:
        rule = stems[file.stem]
        assert rule.module == f"vmlint_rules.{file.parent.name}.{file.stem}"
        assert rule.cases is not None
        assert rule.cases.resolve() == file.with_suffix(".yaml")
        assert getattr(rule.check, "__name__", "") == rule.name.replace("-", "_")
    sections = {(file.parent.name, file.stem[:3]) for file in FILES}
    assert len(sections) == len({section for section, _ in sections}) == len({hundred for _, hundred in sections})


def test_every_file_belongs_to_a_rule_or_is_shared() -> None:
    for folder in {file.parent for file in FILES}:
        there = {file.name for file in folder.iterdir() if file.suffix in (".py", ".yaml")}
        named = {
            name for file in FILES for name in (file.name, file.with_suffix(".yaml").name) if file.parent == folder
        }
        assert there == named | {"__init__.py"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_rule_imports_another(file: Path) -> None:
    lines = [line for line in file.read_text("utf-8").splitlines() if line.startswith("from .")]
    assert [line for line in lines if not line.startswith("from ..shared.")] == []
