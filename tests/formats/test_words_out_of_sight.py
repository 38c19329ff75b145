"""Spellings that tools take for a flag or an option, beside the usual one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Vmlint

TRUE = ["1", "t", "T", "true", "TRUE", "True"]
"""What strconv.ParseBool takes, and so the options of both engines."""


def codes(vmlint: Vmlint, path: Path, text: str) -> list[str]:
    path.write_text(text)
    seen = vmlint("check", "--no-cache", "--format", "json", path.name)
    return [each["code"] for each in json.loads(seen.stdout)["findings"]]


def unit(arguments: str) -> str:
    return f"[Container]\nImage=example.org/app:1\n{arguments}\n"


@pytest.mark.parametrize("word", TRUE)
def test_options_that_are_on(vmlint: Vmlint, tmp_path: Path, word: str) -> None:
    assert "VM407" in codes(vmlint, tmp_path / "a.container", unit(f"PodmanArgs=--privileged={word}"))


@pytest.mark.parametrize("word", ["0", "f", "false", "y", "yes", "on", "tRUE"])
def test_options_that_are_off_or_that_podman_refuses(vmlint: Vmlint, tmp_path: Path, word: str) -> None:
    assert codes(vmlint, tmp_path / "a.container", unit(f"PodmanArgs=--privileged={word}")) == []


OF_THE_HOST = ["-v/:/h", "-v=/:/h", "-itv /:/h", "-itv/:/h", "-dtiv=/:/h", "-w /x -v /:/h", "-Pqv /:/h", "-u0 -v/:/h"]


@pytest.mark.parametrize("arguments", OF_THE_HOST)
def test_options_of_one_letter(vmlint: Vmlint, tmp_path: Path, arguments: str) -> None:
    text = vmlint_facts(vmlint, tmp_path / "a.container", unit(f"PodmanArgs={arguments}"))
    assert "- /:/h" in text
    run = json.dumps({"image": "example.org/app:1", "runArgs": arguments.split()})
    assert "- /:/h" in vmlint_facts(vmlint, tmp_path / "devcontainer.json", run)


def vmlint_facts(vmlint: Vmlint, path: Path, text: str) -> str:
    path.write_text(text)
    return vmlint("facts", path.name).stdout


@pytest.mark.parametrize("arguments", ["-w -v/:/h", "-lv /:/h", "-hv=/:/h", "-t=-v", "-- -v"])
def test_what_is_the_value_of_another_option(vmlint: Vmlint, tmp_path: Path, arguments: str) -> None:
    assert "- /:/h" not in vmlint_facts(vmlint, tmp_path / "a.container", unit(f"PodmanArgs={arguments}"))


MOUNTS = {
    "type=bind,src=/,dst=/h": True,
    "TYPE=bind,SRC=/,dst=/h": False,
    "type=BIND,source=/,target=/h": False,
    '"type=bind","source=/","target=/h"': True,
}
"""Line of a mount -> whether Podman takes it; Docker takes all."""


@pytest.mark.parametrize("line", MOUNTS)
def test_lines_of_mounts(vmlint: Vmlint, tmp_path: Path, line: str) -> None:
    run = json.dumps({"image": "example.org/app:1", "runArgs": ["--mount", line]})
    assert "- /:/h" in vmlint_facts(vmlint, tmp_path / "devcontainer.json", run)
    shown = vmlint_facts(vmlint, tmp_path / "a.container", unit(f"Mount={line}"))
    assert ("- /:/h" in shown) is MOUNTS[line]


@pytest.mark.parametrize("line", ["PodmanArgs=--cap-add sys_admin,net_raw", "AddCapability=sys_admin,net_raw"])
def test_lists_of_podman(vmlint: Vmlint, tmp_path: Path, line: str) -> None:
    shown = vmlint_facts(vmlint, tmp_path / "a.container", unit(line))
    assert "- SYS_ADMIN" in shown
    assert "- NET_RAW" in shown


def test_docker_takes_no_list_of_capabilities(vmlint: Vmlint, tmp_path: Path) -> None:
    run = json.dumps({"image": "example.org/app:1", "runArgs": ["--cap-add", "sys_admin,net_raw"]})
    assert "- NET_RAW" not in vmlint_facts(vmlint, tmp_path / "devcontainer.json", run)


PRIVILEGED = {"VM407", "VM419"}
INSTANCE = """config: {image.os: debian, security.privileged: %s, security.nesting: "true"}
devices: {}
name: a
profiles: []
type: container
"""
RESOURCE = """resource "incus_instance" "a" {
  name = "a"
  image = "images:debian/13"
  config = { "security.privileged" = %s, "security.nesting" = "true" }
}
"""


@pytest.mark.parametrize("word", ["1", '"1"', '"true"', '"TRUE"', '"Yes"', '"on"', "true"])
def test_options_of_incus_that_are_on(vmlint: Vmlint, tmp_path: Path, word: str) -> None:
    assert PRIVILEGED & {*codes(vmlint, tmp_path / "a.yaml", INSTANCE % word)}
    assert PRIVILEGED & {*codes(vmlint, tmp_path / "a.tf", RESOURCE % word)}


@pytest.mark.parametrize("word", ["0", '"no"', '"Off"', "false", '"y"', '"t"'])
def test_options_of_incus_that_are_off_or_that_it_refuses(vmlint: Vmlint, tmp_path: Path, word: str) -> None:
    assert not PRIVILEGED & {*codes(vmlint, tmp_path / "a.yaml", INSTANCE % word)}
    assert not PRIVILEGED & {*codes(vmlint, tmp_path / "a.tf", RESOURCE % word)}


def test_a_skipped_file_is_not_hidden_by_others(vmlint: Vmlint, tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / f"a{number}.xml").write_text("<domain type='kvm'><name>m</name><memory>{{ a }}</memory></domain>")
    (tmp_path / "z.compose.yaml").write_text("services: {{ b }}\nvolumes: {{ c }}\nx: [\n")
    seen = vmlint("check", "--no-cache", ".").stderr
    assert "skipped z.compose.yaml: " in seen
    assert "skipped 3 more files (3 libvirt); " in seen
