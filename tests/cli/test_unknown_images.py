"""Images that the catalogue has no entry for, where a host is given: that they are not judged is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

COMPOSE = """\
services:
  one: {image: "acme/one:1"}
  built: {image: "acme/two:15-bookworm"}
  own: {image: "almalinux:9"}
  known: {image: "mongo:4.4"}
"""
NODE = """\
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {nodeInfo: {architecture: amd64, operatingSystem: linux, kernelVersion: 6.8.0-1, osImage: Ubuntu 24.04.1 LTS}}
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "acme/one:1"}, {name: side, image: "acme/side:1"}]
"""
LINE = "nothing is known of what acme/one:1, acme/two:15-bookworm need of a host; `requirements.features` states it"


@pytest.fixture(autouse=True)
def files(vmlint: Vmlint) -> None:  # it changes into a folder of the test
    Path("compose.yaml").write_text(COMPOSE)
    Path("node.yaml").write_text(NODE)


def test_only_where_a_host_is_given(vmlint: Vmlint) -> None:
    assert LINE in vmlint("check", "--host", "node.yaml", "compose.yaml").stdout
    assert "nothing is known" not in vmlint("check", "compose.yaml").stdout
    assert "nothing is known" not in vmlint("check", "--quiet", "--host", "node.yaml", "compose.yaml").stdout


def test_it_is_not_all_clear(vmlint: Vmlint) -> None:
    Path("compose.yaml").write_text('services: {one: {image: "acme/one:1"}}\n')
    found = vmlint("check", "--select", "VM001", "--host", "node.yaml", "compose.yaml")
    assert found.status == 0
    assert found.stdout.startswith("nothing found: 1 workload")
    assert "nothing is known of what acme/one:1 needs of a host" in found.stdout
    assert vmlint("check", "--select", "VM407", "--host", "node.yaml", "compose.yaml").stdout.startswith("all clear")


def test_details_name_the_workload(vmlint: Vmlint) -> None:
    arguments = ("check", "--select", "VM001", "--host", "node.yaml", "compose.yaml")
    undecided = vmlint(*arguments, "--undecided").stdout
    assert (
        "undecided in workload one (compose.yaml)\n  nothing is known of what acme/one:1 needs of a host" in undecided
    )
    assert undecided.count("nothing is known") == 2
    assert "    nothing is known of what acme/one:1 needs of a host\n" in vmlint(*arguments, "--coverage").stdout
    (file,) = json.loads(vmlint(*arguments, "--format", "json").stdout)["files"]
    images = {each["workload"]: each.get("unknownImages") for each in file["coverage"]}
    assert images == {"one": ["acme/one:1"], "built": ["acme/two:15-bookworm"], "own": None, "known": None}


def test_a_pod_with_several_containers(vmlint: Vmlint) -> None:
    Path("pod.yaml").write_text(POD)
    found = vmlint("check", "--host", "node.yaml", "pod.yaml").stdout
    assert "nothing is known of what acme/one:1, acme/side:1 need of a host" in found


def test_stated_needs_settle_it(vmlint: Vmlint) -> None:
    text = '    # vmlint: requirements.features=cpu.sse2\n    image: "acme/one:1"\n'
    Path("compose.yaml").write_text(f"services:\n  one:\n{text}")
    assert "nothing is known" not in vmlint("check", "--host", "node.yaml", "compose.yaml").stdout


def test_of_many_some_are_named(vmlint: Vmlint) -> None:
    services = "".join(f"  s{number}: {{image: 'acme/s{number}'}}\n" for number in range(9))
    Path("compose.yaml").write_text(f"services:\n{services}")
    found = vmlint("check", "--host", "node.yaml", "compose.yaml").stdout
    assert "what acme/s0, acme/s1, acme/s2 and 6 more need of a host" in found


def test_a_password_in_a_reference_is_hidden(vmlint: Vmlint) -> None:
    Path("compose.yaml").write_text("services: {a: {image: 'me:hunter2-Zq9@registry.example/acme/one:1'}}\n")
    for more in ((), ("--undecided",), ("--coverage",), ("--format", "json")):
        found = vmlint("check", "--host", "node.yaml", "compose.yaml", *more).stdout
        assert "acme/one:1" in found
        assert "hunter2" not in found


@pytest.mark.parametrize("image", ["nosuch/img:1", "nosuch:1", "registry.example/a/b", "a@sha256:00"])
def test_explain_speaks_of_an_image(vmlint: Vmlint, image: str) -> None:
    found = vmlint("explain", image)
    assert found.status == 2
    assert found.stderr.startswith(f"vmlint explain: error: nothing is known of the image '{image}'; ")
