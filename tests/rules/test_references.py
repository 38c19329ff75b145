"""What rules say about other rules: every code in a docstring or a message is the code of a rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vmlint.plugins import load
from vmlint.structure import STRUCTURE

ROOT = Path(__file__).parent.parent.parent
CODE = re.compile(r"VM[0-9]{3}")
FILES = [*sorted((ROOT / "rules").glob("*.py")), ROOT / "vmlint" / "structure.py"]


def codes(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from CODE.findall(node.value)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_codes_named_in_rules(file: Path) -> None:
    assert set(codes(file)) - {rule.code for rule in load().rules} - STRUCTURE.keys() == set()
