"""The page for coding agents is short, and names only what there is."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "AGENTS.md").read_text("utf-8")


def test_it_is_short() -> None:
    assert len(TEXT.splitlines()) <= 40


@pytest.mark.parametrize("command", re.findall(r"`vmlint ([^`]+)`", TEXT))
def test_commands_exist(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs")
    name, *words = command.split()
    declared = import_module("command_line").options()[name]
    assert {word for word in words if word.startswith("--")} <= declared


def test_keys_of_the_report_exist() -> None:
    (about,) = re.findall(r"## Read the JSON\n(.*?)\n## ", TEXT, re.S)
    schema = json.loads((ROOT / "schemas" / "report.json").read_text("utf-8"))
    keys = set(re.findall(r'"(\w+)": ', json.dumps(schema)))
    named = {word.removesuffix("[]") for word in re.findall(r"`([^`]+)`", about)}
    assert {"findings", "code", "suggestions", "undecided"} <= named
    assert named <= keys
