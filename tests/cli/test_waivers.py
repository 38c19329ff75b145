"""Waivers on the command line: screens, exit statuses, the JSON report, the cache, and files that belong together."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import Vmlint
from vmlint import limits
from vmlint.findings.place import Place
from vmlint.findings.waiver import Waiver, WaiverPolicy
from vmlint.reading.schemas import validator
from vmlint.run.by_file import ByFile

COMPOSE = """\
services:
  vpn:
    image: debian:12
    # vmlint: ignore[VM407] its kernel module is loaded from inside until 2027-03-01
    privileged: true
  agent:
    image: debian:12
    privileged: true # vmlint: ignore[VM407, VM408] an agent of the node until 2026-11-30
  old:
    image: debian:12
    privileged: true # vmlint: ignore[privileged-container] moved next week until 2026-11-01
  new:
    image: debian:12
    privileged: true # vmlint: ignore[VM4007] a mistake
"""


def test_screen(vmlint: Vmlint, golden: Callable[[str, str], None]) -> None:
    Path("compose.yaml").write_text(COMPOSE)
    seen = vmlint("check", "compose.yaml")
    golden("check/waivers.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (2, "")


def test_concise(vmlint: Vmlint, golden: Callable[[str, str], None]) -> None:
    Path("compose.yaml").write_text(COMPOSE)
    golden("check/waivers_concise.txt", vmlint("check", "compose.yaml", "--format", "concise").stdout)
    golden("check/no_waivers.txt", vmlint("check", "compose.yaml", "--format", "concise", "--no-waivers").stdout)


def test_json(vmlint: Vmlint) -> None:
    Path("compose.yaml").write_text(COMPOSE)
    report = json.loads(vmlint("check", "compose.yaml", "--format", "json").stdout)
    validator("report").validate(report)
    accepted = [each["accepted"] for each in report["findings"] if each["accepted"]]
    assert accepted[0] == {
        "by": "waiver",
        "reason": "its kernel module is loaded from inside",
        "until": "2027-03-01",
        "place": {"file": "compose.yaml", "line": 4, "column": 15, "endLine": 4, "endColumn": 85},
    }
    assert report["summary"]["accepted"] == {"waiver": len(accepted), "baseline": 0, "before": 0, "hint": 0}
    assert len(accepted) == 2
    assert report["summary"]["warnings"] == sum(
        each["severity"] == "warning" and not each["accepted"] for each in report["findings"]
    )
    with pytest.raises(jsonschema.ValidationError):
        validator("report").validate({**report, "summary": {}})


ONE = "services:\n  a:\n    image: debian:12\n    privileged: true{}\n"


@pytest.mark.parametrize(
    ("waiver", "status"),
    [
        ("", 1),
        ("  # vmlint: ignore[VM407] agreed", 0),
        ("  # vmlint: ignore[VM407] agreed until 2026-11-23", 1),  # it warns
        ("  # vmlint: ignore[VM407] agreed until 2026-11-21", 1),
        ("  # vmlint: ignore[VM407, VM917] agreed", 1),
        ("  # vmlint: ignore[VM407] agreed until soon", 2),
        ("  # vmlint: ignore VM407", 2),
    ],
)
def test_exit_status(vmlint: Vmlint, waiver: str, status: int) -> None:
    Path("compose.yaml").write_text(ONE.format(waiver))
    assert vmlint("check", "compose.yaml").status == status


def test_accepted_findings_are_counted_where_nothing_else_is_found(vmlint: Vmlint) -> None:
    Path("compose.yaml").write_text(ONE.format("  # vmlint: ignore[VM407] agreed"))
    assert vmlint("check", "compose.yaml").stdout.splitlines()[0] == ("nothing new: 1 workload in 1 file (1 waived)")


def test_other_commands_are_not_troubled(vmlint: Vmlint) -> None:
    Path("compose.yaml").write_text(ONE.format("  # vmlint: ignore[VM407] agreed until 2026-11-23"))
    assert vmlint("facts", "compose.yaml").status == 0
    assert vmlint("check", "compose.yaml", "--on", "podman").status in (0, 1)


def test_the_result_is_the_same_from_the_cache_and_from_other_processes(
    vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path("compose.yaml").write_text(COMPOSE)
    first = vmlint("check", ".", "--format", "json")
    monkeypatch.delenv("VMLINT_NO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    again = [vmlint("check", ".", "--format", "json") for _ in range(2)]
    assert [first, *again] == [first] * 3
    assert vmlint("check", ".", "--format", "concise", "--no-waivers").stdout.count(" VM407 ") == 4


# -- files that belong together --------------------------------------------------------------------------------------

OVER = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: a}\nspec: {deployment: {source: compose.yaml}}\n"


def found(vmlint: Vmlint, *arguments: str) -> list[tuple[str, str, int]]:
    report = json.loads(vmlint("check", *arguments, "--format", "json").stdout)
    return [
        (each["code"], each["place"]["file"], each["place"]["line"])
        for each in report["findings"]
        if not each["accepted"] and each["severity"] != "note"
    ]


@pytest.mark.parametrize("named", [(".",), ("compose.yaml",), ("a.vmlint.yaml",), ("a.vmlint.yaml", "compose.yaml")])
def test_a_waiver_of_a_file_under_a_manifest_is_judged_once(vmlint: Vmlint, named: tuple[str, ...]) -> None:
    Path("a.vmlint.yaml").write_text(OVER)
    Path("compose.yaml").write_text(ONE.format(" # vmlint: ignore[VM407] agreed"))
    assert found(vmlint, *named) == []
    Path("compose.yaml").write_text(ONE.format(" # vmlint: ignore[VM407, VM917, VM4007] agreed"))
    assert sorted(found(vmlint, *named)) == [("VM922", "compose.yaml", 4), ("VM923", "compose.yaml", 4)]


HOST = """\
apiVersion: vmlint/v1
kind: Host
metadata: {name: h}
spec:
  os: rhel6.10
  platform: linux/amd64
  kernel: {version: 2.6.32-754.el6.x86_64}%s
"""
ON_HOST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: a}
spec:
  hostRef: h.yaml
  guest: {os: debian12, kernel: {requires: ">=3.2"}}
  deployment: {platform: docker}
"""


def test_a_host_document_accepts_what_is_found_in_it(vmlint: Vmlint) -> None:
    Path("m.vmlint.yaml").write_text(ON_HOST)
    Path("h.yaml").write_text(HOST % "")
    before = found(vmlint, ".")
    assert ("VM403", "h.yaml", 7) in before
    Path("h.yaml").write_text(HOST % " # vmlint: ignore[VM403] replaced in spring")
    assert found(vmlint, ".") == [each for each in before if each != ("VM403", "h.yaml", 7)]


# -- the settings ----------------------------------------------------------------------------------------------------


@pytest.fixture
def with_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Gives every run waivers and a policy, as the project's settings do."""

    def give(**held: Any) -> None:
        made = ByFile._settings
        monkeypatch.setattr(ByFile, "_settings", lambda self, config: made(self, config)._replace(**held))

    return give


def test_waivers_of_the_settings(
    vmlint: Vmlint, golden: Callable[[str, str], None], with_settings: Callable[..., None]
) -> None:
    Path("compose.yaml").write_text(ONE.format(""))
    Path("vmlint.toml").write_text('profile = "default"\n')
    place = Place("vmlint.toml", 1, 1, 1, 8)
    with_settings(
        waivers=(
            Waiver(("VM407",), place, "agreed", "2027-03-01"),
            Waiver(("VM917",), Place("vmlint.toml", 1, 11, 1, 20)),
        )
    )
    seen = vmlint("check", "compose.yaml")
    golden("check/waivers_of_settings.txt", seen.stdout)
    assert seen.status == 1
    files = json.loads(vmlint("check", "compose.yaml", "--format", "json").stdout)["files"]
    assert [each["file"] for each in files] == ["compose.yaml"]
    assert vmlint("check", "compose.yaml", "--no-waivers").stdout.count("VM922") == 0


def test_a_policy_of_the_settings(vmlint: Vmlint, with_settings: Callable[..., None]) -> None:
    Path("compose.yaml").write_text(ONE.format(" # vmlint: ignore[VM407] agreed"))
    with_settings(waiver_policy=WaiverPolicy(until=True))
    seen = vmlint("check", "compose.yaml", "--format", "concise")
    assert seen.status == 2
    assert seen.stdout.splitlines()[1] == (
        "compose.yaml:4:32: error VM923 bad-waiver: the settings demand a last day of each waiver"
        " [write it behind the rules: [VM407] agreed until 2027-02-20]"
    )


# -- hostile input ---------------------------------------------------------------------------------------------------


def test_the_number_of_waivers_is_bounded(vmlint: Vmlint) -> None:
    lines = "# vmlint: ignore[VM917] x\n" * (limits.REMARKS + 10)
    Path("compose.yaml").write_text(lines + ONE.format(" # vmlint: ignore[VM407] not read"))
    seen = vmlint("check", "compose.yaml", "--format", "concise")
    assert seen.status == 2
    assert "VM407 privileged-container" in seen.stdout
    assert seen.stdout.count("only the first 2000 comments that begin with vmlint: are read") == 1


def test_many_waivers_over_many_workloads_take_no_time(vmlint: Vmlint) -> None:
    """The time is not asserted: quadratic code would hang."""
    services = "".join(
        f"  s{number}:\n    image: debian:12\n    privileged: true # vmlint: ignore[VM407] x\n"
        for number in range(1500)
    )
    Path("compose.yaml").write_text(f"services:\n{services}")
    seen = vmlint("check", "compose.yaml", "--format", "concise")
    assert (seen.status, seen.stdout) == (0, "")


WAIVER = """[[waivers]]
rules = ["{rule}"]
paths = ["{paths}"]
reason = "agreed"
"""


def test_waivers_of_any_settings_file_are_judged(vmlint: Vmlint) -> None:
    """Also of one further down, and of entries for some paths only."""
    for folder in ("a", "a/b"):
        Path(folder).mkdir()
        Path(folder, "compose.yaml").write_text("services: {web: {image: nginx, privileged: true}}\n", "utf-8")
    Path("vmlint.toml").write_text(WAIVER.format(rule="VM404", paths="a/*.yaml"), "utf-8")
    Path("a/b/vmlint.toml").write_text(WAIVER.format(rule="VM407", paths="*.yaml") + "until = 2026-01-01\n", "utf-8")
    lines = vmlint("check", "--format", "concise").stdout.splitlines()
    assert [line.split(" ")[:3] for line in lines] == [
        ["a/b/compose.yaml:1:44:", "warning", "VM407"],
        ["a/compose.yaml:1:44:", "warning", "VM407"],
        ["a/b/vmlint.toml:2:1:", "error", "VM924"],
        ["vmlint.toml:2:1:", "warning", "VM922"],
    ]
