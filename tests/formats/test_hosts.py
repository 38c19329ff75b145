"""Hosts that other tools describe, by ``vmlint host --from`` and ``vmlint check --host``."""

from __future__ import annotations

import gzip
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


@pytest.mark.parametrize("name", NAMES)
def test_every_feature_is_one_that_needs_can_name(name: str, vmlint: Vmlint) -> None:
    Path(name).write_bytes((CASES / f"{name}.in").read_bytes())
    Path("compose.yaml").write_text("services:\n  web: {image: debian:12}\n")
    seen = vmlint("check", "--select", "VM011", "--host", name, "compose.yaml")
    assert (seen.status, seen.stderr) == (0, ""), seen.stdout


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


BROKEN = (
    ("nodes.json", b'{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a"', "line 1: "),
    ("cache", b'{"ansible_kernel": "6.1.0", "ansible_system": "Linux", "ansible_ar', "line 1: "),
    ("info.json", b'{"KernelVersion": ' + b"[" * 5_000, "line 1: "),
    ("capabilities", b"<capabilities>\n  <host>\n    <cpu>\n", "line 3: <cpu> is never closed"),
    ("caps.xml", b'<!DOCTYPE x [<!ENTITY a "b">]>\n<capabilities/>', "line 1: document types and entities are refused"),
    ("config.gz", b"\x1f\x8b\x08\x00", "line 1: it is cut off"),
    ("config-6.1.gz", b"\x1f\x8bno", "line 1: it cannot be unpacked"),
    ("bomb-config.gz", gzip.compress(b"CONFIG_A=y\n" * 1_000_000), "line 1: it unpacks to more than 8 MiB"),
    ("cpuinfo", b"processor\t: 0\n" + b"flags\t: fpu\n" * 2_000_000, "line 1: the file is larger than 16 MiB"),
    ("config.toml", b"[plugins.cri.containerd.runtimes.x]\nruntime_type = 'io.containerd.kata.v2\n", "line 2: "),
    ("bomb.toml", b"[plugins.cri.containerd.runtimes.x]\nruntime_type = " + b"[" * 90_000, "line 1: it is nested too"),
    (
        "large.toml",
        b"[plugins.cri.containerd.runtimes.x]\nruntime_type = 'a'\n" + b"# more\n" * 300_000,
        "line 1: TOML of more than 1 MiB",
    ),
    (
        "newer.vmlint.yaml",
        b"apiVersion: vmlint/v2\nkind: Host\nmetadata: {name: x}\nspec: {platform: linux/amd64}\n",
        "its `apiVersion` is 'vmlint/v2', which this vmlint does not read; write vmlint/v1",
    ),
    (
        "typo.vmlint.yaml",
        b"apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: x}\nspec: {platfrom: linux/amd64}\n",
        "spec.platfrom: expected a field of the format; lint the file itself for more",
    ),
    ("notes.txt", b"rack 7 is the old one", "expected facts of a host"),
    ("empty", b"", "expected facts of a host"),
    ("dump", b"\x00\xff\x01", "expected facts of a host"),
)


@pytest.mark.parametrize(("name", "data", "message"), BROKEN, ids=[each[0] for each in BROKEN])
def test_bad_files(vmlint: Vmlint, name: str, data: bytes, message: str) -> None:
    Path(name).write_bytes(data)
    found = vmlint("host", "--from", name)
    assert (found.status, found.stdout) == (2, "")
    assert found.stderr.startswith(f"vmlint host: error: --from {name}: {message}")
    Path("compose.yaml").write_text(COMPOSE)
    same = vmlint("check", "--host", name, "compose.yaml")
    assert (same.status, same.stdout) == (2, "")
    assert same.stderr.startswith(f"vmlint check: error: --host {name}: {message}")


def test_a_host_that_a_manifest_names(vmlint: Vmlint) -> None:
    Path("node.yaml").write_text(NODE)
    text = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web}\nspec:\n  hostRef: node.yaml\n"
    Path("web.yaml").write_text(text + "  guest: {platform: linux/amd64}\n  deployment: {platform: docker}\n")
    assert "node.yaml:7:" in vmlint("check", "web.yaml").stdout
    Path("node.yaml").write_text(f"{NODE}---\n{NODE.replace('n1', 'n2')}")
    found = vmlint("check", "web.yaml").stdout
    assert "host file 'node.yaml': expected the facts of one host, found 2; `--host` takes several" in found


def test_secrets_are_not_shown(vmlint: Vmlint) -> None:
    """Credentials of a proxy stand beside the facts, and nothing prints them."""
    for name in ("docker-info", "ansible-setup"):
        Path(name).write_bytes((CASES / f"{name}.in").read_bytes())
        Path("compose.yaml").write_text("services:\n  web: {image: debian:12, platform: linux/arm64}\n")
        printed = vmlint("host", "--from", name), vmlint("check", "--host", name, "compose.yaml")
        assert "linux/amd64" in printed[1].stdout
        assert "hunter2" not in "".join(f"{each.stdout}{each.stderr}" for each in printed)
