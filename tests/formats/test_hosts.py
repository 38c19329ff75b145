"""Hosts that other tools describe, by ``vmlint host --from`` and ``vmlint check --host``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from vmlint.reading.schemas import validator

if TYPE_CHECKING:
    from tests.conftest import Vmlint

CASES = Path(__file__).parent / "hosts"
"""``<what>.in`` is read, and ``<what>.yaml`` is what ``vmlint host --from`` prints of it."""
NAMES = sorted(each.stem for each in CASES.glob("*.in"))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read(name: str, vmlint: Vmlint, request: pytest.FixtureRequest) -> None:
    Path(name).write_bytes((CASES / f"{name}.in").read_bytes())
    found = vmlint("host", "--from", name)
    assert (found.status, found.stderr) == (0, "")
    for document in yaml.safe_load_all(found.stdout):
        assert [*validator("host").iter_errors(document)] == []
    expected = CASES / f"{name}.yaml"
    if request.config.getoption("--update-goldens"):
        expected.write_bytes(found.stdout.encode())
    assert found.stdout == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_printed_is_what_is_judged(name: str, vmlint: Vmlint) -> None:
    """A host document that was printed gives the same host again."""
    Path(name).write_bytes((CASES / f"{name}.in").read_bytes())
    printed = vmlint("host", "--from", name).stdout
    Path("again.yaml").write_text(printed, encoding="utf-8")
    again = vmlint("host", "--from", "again.yaml").stdout
    facts = [[*yaml.safe_load_all(text)] for text in (printed, again)]
    assert facts[0] == facts[1]


NODE = """\
apiVersion: v1
kind: Node
metadata:
  name: n1
  labels: {kubernetes.io/arch: arm64, kubernetes.io/os: linux}
status:
  nodeInfo: {architecture: arm64, operatingSystem: linux, kernelVersion: 5.4.0-1, osImage: Ubuntu 20.04.6 LTS}
"""
COMPOSE = "services:\n  web: {image: debian:12, platform: linux/amd64}\n"


def test_a_finding_shows_the_fact_in_the_file_that_states_it(vmlint: Vmlint) -> None:
    Path("node.yaml").write_text(NODE)
    Path("compose.yaml").write_text(COMPOSE)
    found = vmlint("check", "--host", "node.yaml", "compose.yaml")
    assert "node.yaml:7:" in found.stdout
