"""Every rule's examples: what it flags, what it passes, and where it must stay silent for want of a fact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from vmlint.check import Settings, check
from vmlint.plugins import Installed, load
from vmlint.readers.host import Context
from vmlint.rule import Rule
from vmlint.runner import open_reference

TODAY = date(2026, 11, 22)
KINDS = ("flagged", "passing", "undecided")


@cache
def installed() -> Installed:
    return load()


def documents(rule: Rule) -> tuple[tuple[str, str], ...]:
    """The documents of a rule's example file, as (name, text)."""
    assert rule.examples is not None
    if not rule.examples.exists():
        return ()
    found = []
    for text in rule.examples.read_text("utf-8").split("\n---\n"):
        name = next(line for line in text.splitlines() if "name:" in line).partition("name:")[2].strip(" }")
        found.append((name, text))
    return tuple(found)


def cases() -> Iterator[tuple[Rule, str, str]]:
    for rule in installed().rules:
        for name, text in documents(rule):
            yield rule, name, text


def identify(value: object) -> str | None:
    return value.code if isinstance(value, Rule) else value if isinstance(value, str) and "\n" not in value else ""


@pytest.mark.parametrize(("rule", "name", "text"), list(cases()), ids=identify)
def test_example(rule: Rule, name: str, text: str) -> None:
    rules = tuple(rule._replace(optional=False) for rule in installed().rules)
    catalog = installed().catalog
    settings = Settings(rules, rules, catalog, TODAY, Context(catalog, TODAY, open_reference))
    result = check(f"{rule.code}.vmlint.yaml", text.encode(), settings)
    codes = {diagnostic.code for diagnostic in result.diagnostics}
    undecided = {missing.code for _, missing in result.undecided}
    assert not {code for code in codes if code.startswith("VM9")}, [d.message for d in result.diagnostics]
    assert not result.crashes
    match name.split("-")[0]:
        case "flagged":
            assert rule.code in codes
        case "passing":
            assert rule.code not in codes
            assert rule.code not in undecided, "passed for want of a fact, not on its merits"
        case "undecided":
            assert rule.code not in codes
            assert rule.code in undecided
        case _:
            pytest.fail(f"{name}: begin the name of an example with one of {', '.join(KINDS)}")


@pytest.mark.parametrize("rule", installed().rules, ids=identify)
def test_every_rule_has_every_kind_of_example(rule: Rule) -> None:
    kinds = {name.split("-")[0] for name, _ in documents(rule)}
    assert kinds >= set(KINDS)


@pytest.mark.parametrize("rule", installed().rules, ids=identify)
def test_example_file_is_found_by_its_code(rule: Rule) -> None:
    assert rule.examples == Path(load().rules[0].examples or "").parent / f"{rule.code}.yaml"
