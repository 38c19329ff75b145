"""Every field that a rule, a derivation or a weight names is a field of the format."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vmlint.extend.plugins import load
from vmlint.model.derive import DERIVATIONS, DERIVED_ONLY
from vmlint.reading.schemas import schema

ROOT = Path(__file__).parent.parent.parent
PATH = re.compile(r"(guest|host|deployment|requirements|resources)(\.[a-zA-Z0-9]+)+")


def resolve(node: Any) -> Any:
    """Follow references, and of several written forms take the block."""
    while isinstance(node, dict) and ("$ref" in node or "anyOf" in node):
        if "$ref" in node:
            file, _, pointer = node["$ref"].partition("#")
            node = schema(Path(file).stem if file else "workload")
            for step in pointer.strip("/").split("/"):
                node = node[step] if step else node
        else:
            node = next((form for form in map(resolve, node["anyOf"]) if form.get("type") == "object"), {})
    return node


def exists(path: str) -> bool:
    node = resolve(schema("workload")["properties"]["spec"])
    for step in path.split("."):
        if step not in node.get("properties", {}):
            return False
        node = resolve(node["properties"][step])
    return True


def literals(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and PATH.fullmatch(node.value):
            yield node.value


@pytest.mark.parametrize("file", sorted((ROOT / "rules").glob("*.py")), ids=lambda file: file.name)
def test_fields_named_in_rules(file: Path) -> None:
    assert [path for path in literals(file) if not exists(path) and path not in DERIVED_ONLY] == []


@pytest.mark.parametrize("rule", load().rules, ids=lambda rule: rule.code)
def test_fields_of_conditions(rule: Any) -> None:
    named = [*rule.fits_if, *re.findall(r"\{([a-zA-Z.]+)\}", " ".join(rule.fits_if.values()))]
    assert [path for path in named if "." in path and not exists(path) and path not in DERIVED_ONLY] == []


def test_fields_of_derivations() -> None:
    named = {path for d in DERIVATIONS.values() for path in (d.path, *d.sources)}
    assert {path for path in named if not exists(path)} == set(DERIVED_ONLY)


def test_fields_of_weights() -> None:
    weights = load().catalog.capabilities["weights"]
    named = {entry["when"]["field"] for entry in weights}
    assert {path for path in named if not exists(path)} <= DERIVED_ONLY


def test_the_check_itself_can_fail() -> None:
    assert exists("host.kernel.version")
    assert exists("deployment.platform.version")
    assert not exists("host.kernal.version")
