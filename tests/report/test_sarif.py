"""SARIF as GitHub reads it: rules, places, fixes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.report.consumers import check, strict_json
from vmlint.extend import plugins
from vmlint.findings.codes import CODES
from vmlint.findings.diagnostic import Diagnostic
from vmlint.findings.fix import Edit, Fix
from vmlint.findings.place import Place
from vmlint.findings.severity import Severity
from vmlint.lint.rule import Coded
from vmlint.report import sarif
from vmlint.report.about import About
from vmlint.run.result import Result, Run

if TYPE_CHECKING:
    from tests.conftest import Vmlint

HERE = Place("a.yaml", 1, 1, 1, 2)
DOCS = "https://docs.example.invalid/{code}"


def log(*found: Diagnostic, about: About | None = None) -> Any:
    run = Run([Result(found[0].place.file, recognised=True, diagnostics=found)])
    (only,) = check("sarif", strict_json("".join(sarif.report(run, about or About()))))["runs"]
    return only


def finding(code: str, place: Place = HERE, **more: Any) -> Diagnostic:
    return Diagnostic(code, "name", Severity.ERROR, "message", "", place)._replace(**more)


def test_every_rule() -> None:
    known: list[Coded] = [*plugins.load().rules, *CODES.values()]
    found = log(*(finding(rule.code) for rule in known), about=About(known, DOCS))
    rules = {rule["id"]: rule for rule in found["tool"]["driver"]["rules"]}
    assert rules.keys() == {rule.code for rule in known}
    for rule in known:
        described = rules[rule.code]
        assert described["helpUri"] == f"https://docs.example.invalid/{rule.code}"
        assert 0 < len(described["shortDescription"]["text"]) <= 256
        assert 0 < len(described["fullDescription"]["text"]) <= 1_001
        assert described["help"]["text"]
        assert f"`vmlint explain {rule.code}`" in described["help"]["markdown"]
        properties = described["properties"]
        assert len(properties["tags"]) <= 20
        secure = getattr(rule, "security", False)
        assert ("security" in properties["tags"], "security-severity" in properties) == (secure, secure)
    assert rules["VM401"]["properties"]["security-severity"] == "8.0"
    assert rules["VM401"]["properties"]["precision"] == "high"
    assert rules["VM403"]["defaultConfiguration"] == {"level": "error"}


def test_no_address_where_the_project_has_none() -> None:
    (rule,) = log(finding("VM901"), about=About(tuple(CODES.values())))["tool"]["driver"]["rules"]
    assert "helpUri" not in rule
    assert rule["help"]["text"].endswith("\n\nvmlint explain VM901")


def test_rule_that_is_not_installed() -> None:
    assert log(finding("ACME001"))["tool"]["driver"]["rules"] == [{"id": "ACME001"}]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("deep/a.yaml", "deep/a.yaml"),
        ("größe 1.yaml", "gr%C3%B6%C3%9Fe%201.yaml"),
        ("100%#?.yaml", "100%25%23%3F.yaml"),
        ("caf\udce9.yaml", "caf%E9.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_uri(file: str, uri: str) -> None:
    (result,) = log(finding("VM901", Place(file, 1, 1, 1, 1)))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 1, "startColumn": 1}  # a whole file: no empty region


def test_columns_count_characters(vmlint: Vmlint) -> None:
    Path("a.vmlint.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: x}\nspec: {x-owner: '😀é', nope: 1}\n", "utf-8"
    )
    (only,) = check("sarif", strict_json(vmlint("check", "--format", "sarif").stdout))["runs"]
    region = only["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert only["columnKind"] == "unicodeCodePoints"
    line = Path("a.vmlint.yaml").read_text("utf-8").splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "nope"


def test_fixes() -> None:
    replace = Edit(Place("a.yaml", 3, 5, 3, 9), "kvm")
    insert = Edit(Place("b.yaml", 1, 1, 1, 1), "# vmlint\n")
    (result,) = log(finding("VM909", fixes=(Fix("replace 'kvmm' by 'kvm'", (replace, insert), safe=True),)))["results"]
    (fix,) = result["fixes"]
    assert fix["description"] == {"text": "replace 'kvmm' by 'kvm'"}
    assert [
        (change["artifactLocation"]["uri"], replacement["deletedRegion"], replacement["insertedContent"])
        for change in fix["artifactChanges"]
        for replacement in change["replacements"]
    ] == [
        ("a.yaml", {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}, {"text": "kvm"}),
        ("b.yaml", {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}, {"text": "# vmlint\n"}),
    ]


def test_nothing_found_is_an_empty_list(vmlint: Vmlint) -> None:
    for arguments in ((), ("absent.yaml",)):
        seen = vmlint("check", *arguments, "--format", "sarif")
        (only,) = check("sarif", strict_json(seen.stdout))["runs"]
        assert len(only["results"]) == len(arguments)
        assert only["invocations"][0]["exitCode"] == seen.status
