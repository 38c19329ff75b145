"""What tests of single rules share: a manifest goes in at the front door, and what one rule says comes out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pytest
import yaml

from vmlint.catalog import BUILTIN, Catalog, data_folder
from vmlint.extend.plugins import load
from vmlint.reading.host import Context
from vmlint.run.check import Settings, check
from vmlint.run.runner import open_reference
from vmlint.testing import TODAY

if TYPE_CHECKING:
    from tests.conftest import Vmlint


class Said(NamedTuple):
    """One finding of a rule, without its places in the file."""

    severity: str
    confidence: str
    path: str
    message: str
    because: tuple[str, ...]
    help: tuple[str, ...]


@pytest.fixture
def said(vmlint: Vmlint) -> Callable[[str, str], list[Said]]:
    """Checks a ``spec`` with one rule in the profile that shows everything."""

    def check(code: str, spec: str) -> list[Said]:
        head = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: tested}\nspec:\n"
        Path("tested.vmlint.yaml").write_text(head + indent(dedent(spec), "  "), "utf-8")
        seen = vmlint("check", "--format", "json", "--profile", "strict", "--select", code, "tested.vmlint.yaml")
        report = json.loads(seen.stdout)
        assert report["summary"]["crashes"] == 0, seen.stdout
        return [
            Said(
                found["severity"],
                found["confidence"],
                found["path"],
                found["message"],
                tuple(reason["path"] for reason in found["because"]),
                tuple(found["help"]),
            )
            for found in report["findings"]
        ]

    return check


class Tells(Protocol):
    def __call__(self, code: str, spec: str, expected: str, labels: str = "{}") -> None: ...


@pytest.fixture
def tells(vmlint: Vmlint) -> Tells:
    """Checks a ``spec`` with one rule and compares what it says, repairs included, or the field that it needs.

    A line of the expected text that is indented goes on with the line before. Reasons, help and repairs are compared
    where the expected text has any.
    """

    def compare(code: str, spec: str, expected: str, labels: str = "{}") -> None:
        head = f"apiVersion: vmlint/v1\nkind: Workload\nmetadata: {{name: asked, labels: {labels}}}\nspec:\n"
        Path("asked.vmlint.yaml").write_text(head + indent(dedent(spec), "  "), "utf-8")
        seen = vmlint("check", "--format", "json", "--profile", "strict", "--select", code, "asked.vmlint.yaml")
        report = json.loads(seen.stdout)
        assert (report["summary"]["crashes"], report["summary"]["workloads"]) == (0, 1), seen.stdout
        lines = [line for found in report["findings"] for line in _lines(found)]
        lines = lines or [f"needs {gap['path']}" for gap in report["undecided"]]
        wanted = re.sub(r"\n +", " ", dedent(expected).strip()).splitlines()
        left_out = tuple(kind for kind in _DETAILS if not any(line.startswith(kind) for line in wanted))
        assert [line for line in lines if not line.startswith(left_out)] == wanted

    return compare


_DETAILS = ("because ", "help: ", "repair: ")


def _lines(found: dict[str, Any]) -> list[str]:
    return [
        f"{found['severity']} ({found['confidence']}) {found['path']}: {found['message']}",
        f"because {', '.join(because['path'] for because in found['because'])}",
        *(f"help: {line}" for line in found["help"]),
        *(
            f"repair: {each['repair']}: {', '.join(f'{path}={value}' for path, value in each['changes'].items())}"
            for each in found["suggestions"]
            if each["repair"]
        ),
    ]


@pytest.fixture
def as_said(vmlint: Vmlint) -> Callable[[str], None]:
    """Compares what a rule says with ``said/<code>.yaml``, which holds many cases and goes in as one manifest.

    A case is a ``spec`` (and ``labels``) with what the rule ``says`` of it: its findings with reasons, help and
    repairs, the field that it needs, or nothing.
    """

    def compare(code: str) -> None:
        cases = yaml.safe_load((Path(__file__).parent / "said" / f"{code}.yaml").read_text("utf-8"))
        documents = [
            {
                "apiVersion": "vmlint/v1",
                "kind": "Workload",
                "metadata": {"name": f"case-{number}", "labels": case.get("labels", {})},
                "spec": yaml.safe_load(case["spec"]),
            }
            for number, case in enumerate(cases.values())
        ]
        Path("said.vmlint.yaml").write_text(yaml.safe_dump_all(documents, sort_keys=False), "utf-8")
        seen = vmlint("check", "--format", "json", "--profile", "strict", "--select", code, "said.vmlint.yaml")
        report = json.loads(seen.stdout)
        assert (report["summary"]["crashes"], report["summary"]["workloads"]) == (0, len(cases)), seen.stdout
        heard: dict[str, list[str]] = {document["metadata"]["name"]: [] for document in documents}
        for found in report["findings"]:
            heard[found["workload"]] += [line for line in _lines(found) if line.strip() != "because"]
        for gap in report["undecided"]:
            heard[gap["workload"]].append(f"needs {gap['path']}")
        wanted = [case.get("says", "") for case in cases.values()]
        assert dict(zip(cases, map("\n".join, heard.values()), strict=True)) == dict(
            zip(cases, map(str.strip, wanted), strict=True)
        )

    return compare


TOYVISOR = """\
id: toyvisor
name: Toyvisor
checked: "2026-11-22"
source: [judgement]
placement: bare-metal
architectures: {type1: hw-assisted}
modes: {hw-assisted: {}}
host:
  os: [own]
  flags: {sse4_2: "2.0", avx: "", ept: "1.0", xsave: ""}
  source: [judgement]
guest:
  releases:
    unsupported: [winvista]
    fails: [winxp]
    asOf: "2026-01-01"
    source: [judgement]
  source: [judgement]
"""
"""A platform with what no real entry of the catalogue has."""


@pytest.fixture
def on_toyvisor(tmp_path: Path) -> Callable[..., list[tuple[str, str, str]]]:
    """Checks a ``spec`` with one rule where the platform is another than the catalogue's."""
    folder = tmp_path / "toy"
    (folder / "platforms").mkdir(parents=True)
    (folder / "platforms" / "toyvisor.yaml").write_text(TOYVISOR, "utf-8")

    def check_it(code: str, spec: str, version: str = "") -> list[tuple[str, str, str]]:
        rules = tuple(rule for rule in load().rules if rule.code == code)
        catalog = Catalog((BUILTIN, data_folder(folder, "plugin toy")))
        settings = Settings(rules, rules, catalog, TODAY, Context(catalog, TODAY, open_reference))
        word = f"toyvisor@{version}" if version else "toyvisor"
        head = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: toy}\nspec:\n"
        text = head + indent(dedent(spec) + f"deployment: {{platform: {word}}}\n", "  ")
        result = check("toy.vmlint.yaml", text.encode(), settings)
        assert not result.crashes
        return [(str(found.severity), found.path, found.message) for found in result.diagnostics if found.code == code]

    return check_it
