"""Every field that a rule, a derivation or a weight names is a field of the format."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vmlint.extend.plugins import load
from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import fields

ROOT = Path(__file__).parent.parent.parent
PATH = re.compile(r"(guest|host|deployment|requirements|resources)(\.[a-zA-Z0-9]+)+")


def literals(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and PATH.fullmatch(node.value):
            yield node.value


FILES = sorted(file for folder in ("rules", "vmlint/formats") for file in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_fields_named_in_rules_and_formats(file: Path) -> None:
    assert [path for path in literals(file) if path not in fields()] == []


def attributes(tree: ast.AST) -> Iterator[str]:
    """Yield the attributes that are asked for by name: `knows("version")`, `get("placement")`, `states("mode")`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(_, "knows" | "states"), [ast.Constant(str(name))]):
                yield name
            case ast.Call(ast.Attribute(ast.Call(ast.Attribute(_, "stated")), "get"), [ast.Constant(str(name)), *_]):
                yield name


ATTRIBUTES = {field.attribute for field in fields().values()}


@pytest.mark.parametrize("file", sorted((ROOT / "rules").rglob("*.py")), ids=lambda file: file.stem)
def test_attributes_asked_for_by_name(file: Path) -> None:
    assert set(attributes(ast.parse(file.read_text("utf-8")))) <= ATTRIBUTES


@pytest.mark.parametrize("rule", load().rules, ids=lambda rule: rule.code)
def test_fields_of_conditions(rule: Any) -> None:
    named = [*rule.fits_if, *re.findall(r"\{([a-zA-Z.]+)\}", " ".join(rule.fits_if.values()))]
    assert [path for path in named if "." in path and path not in fields()] == []


def test_fields_of_derivations() -> None:
    assert {path for each in DERIVATIONS.values() for path in (each.path, *each.sources)} <= fields().keys()
    assert {path for path, field in fields().items() if field.is_derived} <= DERIVATIONS.keys()


def test_fields_of_weights() -> None:
    weights = load().catalog.capabilities["weights"]
    assert {entry["when"]["field"] for entry in weights} <= fields().keys()


def test_the_checks_themselves_can_fail() -> None:
    assert "host.kernal.version" not in fields()
    text = 'f.knows("a"); f.states("b"); f.stated().get("c", 1); f.get("z")'
    assert set(attributes(ast.parse(text))) == set("abc")
