"""References between rules: every code in a docstring or a message is the code of a rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vmlint.extend.plugins import load
from vmlint.findings.codes import CODES
from vmlint.findings.tombstones import TOMBSTONES

ROOT = Path(__file__).parent.parent.parent
CODE = re.compile(r"VM[0-9]{3}")
FILES = [*sorted((ROOT / "rules").rglob("*.py")), ROOT / "vmlint" / "findings" / "codes.py"]


def codes(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from CODE.findall(node.value)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_codes_named_in_rules(file: Path) -> None:
    assert set(codes(file)) - {rule.code for rule in load().rules} - CODES.keys() == set()


def test_codes_without_a_rule_have_none_and_lead_to_rules() -> None:
    known = {rule.code for rule in load().rules} | CODES.keys()
    assert TOMBSTONES.keys() & known == set()
    assert {code for gone in TOMBSTONES.values() for code in gone.see} <= known
    assert all(CODE.findall(gone.reason) for gone in TOMBSTONES.values() if gone.see)
