"""``vmlint rules``: the list, as text and as JSON, and what may be asked of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from vmlint.extend.plugins import load
from vmlint.findings.codes import CODES

if TYPE_CHECKING:
    from tests.conftest import Vmlint

CODE = re.compile(r"^  ([A-Z]+\d+)  ", re.M)


def test_all(vmlint: Vmlint) -> None:
    seen = vmlint("rules")
    assert (seen.status, seen.stderr) == (0, "")
    assert CODE.findall(seen.stdout) == sorted([*(rule.code for rule in load().rules), *CODES])
    assert "\nParavirtualization (section 2)\n  VM301  error    pv-unmodifiable-guest  " in seen.stdout
    assert "\nReading a file\n  VM901  error    unreadable-file" in seen.stdout
    assert "(strict)" in seen.stdout
    assert seen.stdout.splitlines()[-1].endswith("rules; `vmlint explain CODE` shows a rule's page")


def test_headings_come_once(vmlint: Vmlint) -> None:
    headings = [line for line in vmlint("rules").stdout.splitlines()[:-1] if line and line[0] != " "]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["VM301"], ["VM301"]),
        (["invalid-syntax", "VM906,vm301"], ["VM301", "VM903", "VM906"]),
        (["VM92"], ["VM920", "VM921", "VM922", "VM923", "VM924", "VM925", "VM926", "VM927", "VM928"]),
    ],
)
def test_select(vmlint: Vmlint, words: list[str], expected: list[str]) -> None:
    arguments = [part for word in words for part in ("--select", word)]
    assert CODE.findall(vmlint("rules", *arguments).stdout) == expected


def test_select_leaves_out_what_is_optional_like_check_does(vmlint: Vmlint) -> None:
    optional = next(rule.code for rule in load().rules if rule.optional)
    assert optional not in CODE.findall(vmlint("rules", "--select", optional[:3]).stdout)
    assert CODE.findall(vmlint("rules", "--select", optional).stdout) == [optional]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--select", "VM301,NOPE"), "no rule matches 'NOPE'"),
        (("--article", "T9"), "the article has no statement 'T9'"),
        (("--article", "G-4"), "no rule rests on G-4"),
    ],
)
def test_empty_selections_are_errors(vmlint: Vmlint, arguments: tuple[str, ...], message: str) -> None:
    seen = vmlint("rules", *arguments)
    assert (seen.status, seen.stdout) == (2, "")
    assert message in seen.stderr


def test_article(vmlint: Vmlint) -> None:
    assert CODE.findall(vmlint("rules", "--article", "pv-c1").stdout) == [
        rule.code for rule in load().rules if "PV-C1" in rule.article
    ]
    section = CODE.findall(vmlint("rules", "--article", "PV").stdout)
    assert section == [rule.code for rule in load().rules if any(name.startswith("PV-") for name in rule.article)]


def test_json(vmlint: Vmlint) -> None:
    listed = json.loads(vmlint("rules", "--format", "json").stdout)["rules"]
    assert [entry["code"] for entry in listed] == sorted(entry["code"] for entry in listed)
    found = next(entry for entry in listed if entry["code"] == "VM301")
    assert found["name"] == "pv-unmodifiable-guest"
    assert found["severity"] == "error"
    assert found["section"] == "Paravirtualization (section 2)"
    assert found["architectures"] == ["paravirtualization", "type1"]
    assert found["plugin"].startswith("vmlint ")
    assert found["documentation"].startswith(found["summary"])
    assert {"PV-S1"} <= set(found["article"])
    assert found["fitsIf"]["guest.os.id"]


def test_colour_changes_nothing_but_colour(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = vmlint("rules").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert re.sub(r"\x1b\[[0-9;]*m", "", vmlint("rules").stdout) == plain
