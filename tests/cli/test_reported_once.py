"""A finding that several workloads share is reported once, at the line that they share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

SHARED = """\
x-agent: &agent
  image: alpine:3.22
  privileged: true
services:
  logs: *agent
  metrics: *agent
  backup: *agent
  proxy: *agent
  web:
    image: alpine:3.22
    privileged: true
"""


@pytest.fixture
def screen(vmlint: Vmlint, tmp_path: Path) -> Vmlint:
    (tmp_path / "compose.yaml").write_text(SHARED)
    return vmlint


def test_the_text_names_the_workloads(screen: Vmlint) -> None:
    seen = screen("check", "--select", "VM407")
    assert [line.strip() for line in seen.stdout.splitlines() if "-->" in line] == [
        "--> compose.yaml:3:15 (workloads logs, metrics, backup and 1 more)",
        "--> compose.yaml:11:17 (workload web)",
    ]
    assert seen.stdout.splitlines()[-1].startswith("2 warnings in 5 workloads")


def test_every_one_is_in_json(screen: Vmlint) -> None:
    found = json.loads(screen("check", "--select", "VM407", "--format", "json").stdout)["findings"]
    assert [(each["workload"], each["also"]) for each in found] == [
        ("logs", ["metrics", "backup", "proxy"]),
        ("web", []),
    ]


def test_one_that_differs_is_reported_by_itself(screen: Vmlint, tmp_path: Path) -> None:
    own = "services:\n  one:\n    <<: *agent\n    x-vmlint: {requirements: {isolation: {tenancy: untrusted-multi}}}\n"
    (tmp_path / "compose.yaml").write_text(SHARED.replace("services:\n", own))
    found = json.loads(screen("check", "--select", "VM407", "--format", "json").stdout)["findings"]
    assert [(each["severity"], each["workload"], len(each["also"])) for each in found] == [
        ("error", "one", 0),
        ("warning", "logs", 3),
        ("warning", "web", 0),
    ]


def test_those_that_a_manifest_covers_are_left_to_it(screen: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "logs.vmlint.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: logs}\n"
        "spec: {environment: dev, deployment: {source: {file: compose.yaml, name: logs}}}\n"
    )
    found = json.loads(screen("check", "--select", "VM407", "--format", "json").stdout)["findings"]
    assert sorted((each["workload"], len(each["also"])) for each in found) == [("logs", 0), ("metrics", 2), ("web", 0)]
