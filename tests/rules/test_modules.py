"""Every module that defines a rule is one that the plugin looks into."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

RULES = Path(__file__).parents[2] / "rules"
MODULES = import_module("vmlint_rules").MODULES


def defines_rules(file: Path) -> bool:
    decorators = [
        decorator
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    ]
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "rule" for call in decorators
    )


def module(file: Path) -> str:
    return ".".join(file.relative_to(RULES).with_suffix("").parts)


@pytest.mark.parametrize("file", sorted(RULES.rglob("*.py")), ids=module)
def test_module_with_rules_is_listed(file: Path) -> None:
    assert defines_rules(file) == (module(file) in MODULES)


def test_no_module_is_listed_twice() -> None:
    assert len(MODULES) == len(set(MODULES))
