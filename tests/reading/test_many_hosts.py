"""Workloads times hosts: what many of both cost is bounded, and what is not judged for that is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Vmlint
from vmlint import limits

NODE = """apiVersion: v1
kind: Node
metadata: {{name: n{0}}}
status:
  nodeInfo: {{architecture: amd64, operatingSystem: linux, kernelVersion: 6.1.{0}, osImage: Debian GNU/Linux 12}}
  capacity: {{cpu: "8", memory: {1}Ki}}
"""
POD = """apiVersion: v1
kind: Pod
metadata: {{name: p{0}}}
spec: {{containers: [{{name: c, image: "example.org/app:1", securityContext: {{privileged: true}}}}]}}
"""


def cluster(nodes: int, pods: int) -> str:
    return "---\n".join(
        [*(NODE.format(number, 32_000_000 + number) for number in range(nodes)), *map(POD.format, range(pods))]
    )


def test_pairs_beyond_the_bound_are_told(vmlint: Vmlint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PLACED", 10)
    (tmp_path / "cluster.yaml").write_text(cluster(4, 4))
    seen = vmlint("check", "--format", "concise", "cluster.yaml")
    told = [line.partition(" input-over-limit: ")[2] for line in seen.stdout.splitlines() if "VM904" in line]
    assert [line.partition(":")[0] for line in told] == [
        "not judged on 2 of the hosts that are known",
        "not judged on 4 of the hosts that are known",
    ]
    assert seen.stdout.count("VM407") == 4
    assert seen.status == 1


def test_alternatives_are_looked_for_up_to_a_bound(
    vmlint: Vmlint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cluster.yaml").write_text(cluster(3, 2))

    def advised() -> list[bool]:
        report = json.loads(vmlint("check", "--format", "json", "cluster.yaml").stdout)
        return [bool(found["suggestions"]) for found in report["findings"] if found["code"] == "VM407"]

    assert advised() == [True, True]
    monkeypatch.setattr(limits, "ADVISED", 3)
    assert advised() == [True, False]
