"""A folder with many old guests: a screen that can be read, and other formats that leave nothing out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

Golden = Callable[[str, str], None]
OLD = ("centos7.0", "debian10", "rhel5.4", "sles11sp3", "ubuntu16.04", "win2k8r2", "win98", "winxp")
NUMBER = 6
"""Machines of each system."""


@pytest.fixture
def machines(vmlint: Vmlint) -> None:  # which changes to a folder of its own
    for system in OLD:
        for number in range(NUMBER):
            spec = f"guest: {{os: {system}}}"
            text = f"apiVersion: vmlint/v1\nkind: Workload\nmetadata: {{name: m{number}}}\nspec: {{{spec}}}\n"
            Path(f"{system}-{number}.yaml").write_text(text, "utf-8")


@pytest.mark.usefixtures("machines")
def test_a_repository_of_old_guests(vmlint: Vmlint, golden: Golden) -> None:
    seen = vmlint("check", "--select", "VM704")
    golden("report/repeats.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (1, "")


@pytest.mark.usefixtures("machines")
@pytest.mark.parametrize("form", ["json", "sarif", "concise"])
def test_other_formats_are_complete(form: str, vmlint: Vmlint) -> None:
    seen = vmlint("check", "--select", "VM704", "--format", form)
    number = len(OLD) * NUMBER
    if form == "concise":
        assert seen.stdout.count("VM704") == number
    elif form == "json":
        assert len(json.loads(seen.stdout)["findings"]) == number
    else:
        assert len(json.loads(seen.stdout)["runs"][0]["results"]) == number


def test_errors_are_always_shown_in_full(vmlint: Vmlint) -> None:
    exposed = "environment: production, deployment: {platform: kvm, network: {exposure: public}}"
    for number in range(NUMBER):
        spec = f"guest: {{os: debian10}}, {exposed}"
        text = f"apiVersion: vmlint/v1\nkind: Workload\nmetadata: {{name: w{number}}}\nspec: {{{spec}}}\n"
        Path(f"w{number}.yaml").write_text(text, "utf-8")
    seen = vmlint("check", "--select", "VM704")
    assert seen.stdout.count("  --> w") == NUMBER
    assert " more: " not in seen.stdout


def test_what_suggests_the_same_as_before_comes_in_short(vmlint: Vmlint) -> None:
    host = "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: ct}\nspec: {platform: linux/amd64, container: lxc}\n"
    Path("ct.yaml").write_text(host, "utf-8")
    services = "".join(f"  s{number}: {{image: 'nginx:1.27'}}\n" for number in range(NUMBER))
    Path("compose.yaml").write_text(f"services:\n{services}", "utf-8")
    seen = vmlint("check", "--select", "VM415", "--host", "ct.yaml", "compose.yaml")
    assert seen.stdout.count("  --> compose.yaml") == 3
    assert "3 more: compose.yaml:5:3, " in seen.stdout
    assert "6 warnings in 6 workloads" in seen.stdout
