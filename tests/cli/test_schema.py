"""``vmlint schema``: schemas as the tool uses them, and the names that manifests may use."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from tests.conftest import Vmlint

SCHEMAS = Path(__file__).parents[2] / "schemas"


@pytest.mark.parametrize("file", sorted(SCHEMAS.glob("*.json")), ids=lambda file: file.stem)
def test_every_schema(vmlint: Vmlint, file: Path) -> None:
    seen = vmlint("schema", file.stem)
    assert (seen.status, seen.stderr) == (0, "")
    printed = json.loads(seen.stdout)
    assert printed["$schema"]
    assert all(each.startswith("#") for each in re.findall(r'"\$ref": "([^"]*)"', seen.stdout))  # to no other file
    Draft202012Validator.check_schema(printed)


@pytest.mark.parametrize("name", ["workload", "host", "manifest"])
def test_printed_schema_judges_alone(vmlint: Vmlint, name: str) -> None:
    judge = Draft202012Validator(json.loads(vmlint("schema", name).stdout))
    kind = "Host" if name == "host" else "Workload"
    document: Any = {"apiVersion": "vmlint/v1", "kind": kind, "metadata": {"name": "x"}}
    spec: Any = {"cpu": {"vendor": "intel"}} if kind == "Host" else {"host": {"cpu": {"vendor": "intel"}}}
    assert judge.is_valid(document | {"spec": spec})
    assert not judge.is_valid(json.loads(json.dumps(document | {"spec": spec}).replace("vendor", "vendr")))


def test_list(vmlint: Vmlint) -> None:
    seen = vmlint("schema", "--list")
    assert [line.split()[0] for line in seen.stdout.splitlines()[1:]] == sorted(
        file.stem for file in SCHEMAS.glob("*.json")
    )


def test_platforms(vmlint: Vmlint) -> None:
    lines = vmlint("schema", "--platforms").stdout.splitlines()
    assert lines[0].split() == ["PLATFORM", "NAME", "ALSO", "WRITTEN"]
    assert any(line.split()[0] == "vmware-esxi" and "esxi" in line for line in lines)


def test_guests(vmlint: Vmlint) -> None:
    lines = vmlint("schema", "--guests").stdout.splitlines()
    assert any(line.split()[:2] == ["debian12", "linux"] for line in lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("workloads",), "there is no schema 'workloads'; did you mean `workload`?"),
        (("../pyproject",), "there is no schema '../pyproject'; there are "),
        ((), "required"),
        (("workload", "--list"), "not allowed with"),
        (("workload", "extra"), "unexpected argument 'extra'; `vmlint schema --help` lists what it accepts"),
    ],
)
def test_usage(vmlint: Vmlint, arguments: tuple[str, ...], message: str) -> None:
    seen = vmlint("schema", *arguments)
    assert (seen.status, seen.stdout) == (2, "")
    assert message in seen.stderr
