"""The schema of a settings file, the table of keys, and the reader of settings agree."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vmlint.cli.schema import text
from vmlint.extend.plugins import load
from vmlint.project.keys import KEYS, Key
from vmlint.project.lookup import Lookup
from vmlint.project.setting import ConfigError
from vmlint.reading.schemas import validator

RULES = load().rules


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which the files of the examples are."""
    root = tmp_path / "project" / "team"
    (root.parent / ".git").mkdir(parents=True)
    (root / "ops" / "catalog").mkdir(parents=True)
    (root / "ops" / "catalog" / "box.yaml").write_text("", "utf-8")
    (root.parent / "vmlint.toml").touch()
    monkeypatch.chdir(root)
    return root


def written(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(key)} = {written(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return json.dumps(value)


def accepts(document: str) -> bool:
    Path("vmlint.toml").write_text(document, "utf-8")
    try:
        Lookup(RULES).config("x.yaml")
    except ConfigError:
        return False
    return True


def examples(keys: tuple[Key, ...]) -> Iterator[tuple[str, Any]]:
    for key in keys:
        if key.name == "extends":
            yield key.name, [each for each in key.example if not each.startswith("package:")]
        elif key.name not in ("overrides", "waivers"):
            yield key.name, key.example


OVERRIDE, WAIVER = (next(key for key in KEYS if key.name == name) for name in ("overrides", "waivers"))
DOCUMENTS = [
    *({name: example} for name, example in examples(KEYS)),
    *({"overrides": [{"paths": ["a"], name: example}]} for name, example in examples(OVERRIDE.keys)),
    *({"waivers": [{"rules": ["VM407"], name: example}]} for name, example in examples(WAIVER.keys)),
    *({"waiver-policy": {key.name: key.example}} for table in KEYS if table.shape == "table" for key in table.keys),
    {"overrides": OVERRIDE.example, "waivers": WAIVER.example},
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_example_is_taken(document: Any) -> None:
    assert validator("config").is_valid(document)
    assert accepts("\n".join(f"{name} = {written(value)}" for name, value in document.items()))


@pytest.mark.parametrize(
    "document",
    [
        "zzz = 1",
        "profile = 'strikt'",
        "select = 'VM4'",
        "ignore = [1]",
        "severity.VM407 = 'info'",
        "severity = 'note'",
        "thresholds.VM205.small-scale = 1.5",
        "thresholds.VM205.small-scale = -1",
        "thresholds.VM205.smal-scale = 1",
        "thresholds.VM604.margin = true",
        "exclude = 'x'",
        "catalog = ['']",
        "fail-on = 'fatal'",
        "docs-url = 'https://docs.example.org/'",
        "waiver-policy.reson = true",
        "waiver-policy.reason = 1",
        "waiver-policy.warn-days = -1",
        "waivers = 1",
        "waivers = [{ reason = 'x' }]",
        "waivers = [{ rules = ['VM407'], until = 'soon' }]",
        "overrides = [{ profile = 'strict' }]",
        "overrides = [{ paths = ['a'], fail-on = 'note' }]",
        "extends = 'x.toml'",
        "baseline = 1",
        "host = []",
    ],
)
def test_what_an_editor_refuses_is_refused(document: str) -> None:
    assert not validator("config").is_valid(tomllib.loads(document))
    assert not accepts(document)


def test_context_is_described_as_a_manifest_is() -> None:
    judge = validator("config")
    assert judge.is_valid({"context": {"environment": "production", "labels": {"a": "b"}, "host": {"memory": "8Gi"}}})
    assert not judge.is_valid({"context": {"enviroment": "production"}})
    assert not judge.is_valid({"context": {"host": {"memroy": "8Gi"}}})
    assert not judge.is_valid({"context": {"deployment": {"platform": "kvm"}}})


def test_thresholds_are_listed_for_editors() -> None:
    listed = json.loads(text("config"))["properties"]["thresholds"]["properties"]
    assert listed.keys() == {rule.code for rule in load().rules if rule.thresholds}
    assert listed["VM205"]["properties"]["small-scale"]["default"] == 5
