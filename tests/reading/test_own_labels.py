"""A misspelt label of vmlint's own is told wherever it stands; labels of others are not vmlint's business."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Vmlint

MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: a, labels: {vmlint/rolle: node-agent, vmlint/pre-wramed: "true", team: shop}}
spec: {environment: dev}
---
apiVersion: vmlint/v1
kind: Workload
metadata: {name: b, labels: {vmlint/role: node-agnet, acme.example/vmlint/role: web}}
spec: {environment: dev}
"""
COMPOSE = """\
# vmlint: labels.vmlint/rolle=node-agent
services:
  a: {image: debian:12, labels: ["vmlint/role=nobody", "vmlint/pre-warmed=true", "team=shop"]}
"""
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: a
  labels: {vmlint/nobody: "true", app: shop}
  annotations: {vmlint/pre-warmed: "true", vmlint/compensating-control: filtering gateway}
spec: {containers: [{name: a, image: debian:12}]}
"""
LABELS = (
    "vmlint/desktop-workload, vmlint/malware-lab, vmlint/deterministic-emulation, vmlint/pre-warmed, vmlint/role, "
    "vmlint/gpu and vmlint/compensating-control"
)


def test_in_files(vmlint: Vmlint) -> None:
    for name, text in (("a.vmlint.yaml", MANIFEST), ("compose.yaml", COMPOSE), ("pod.yaml", POD)):
        Path(name).write_text(text, "utf-8")
    screen = vmlint("check", "--format", "concise")
    assert screen.stdout.splitlines() == [
        "a.vmlint.yaml:3:30: error VM907 unknown-key: unknown key `vmlint/rolle` [did you mean `vmlint/role`?]",
        "a.vmlint.yaml:3:56: error VM907 unknown-key: unknown key `vmlint/pre-wramed` "
        "[did you mean `vmlint/pre-warmed`?]",
        "a.vmlint.yaml:8:43: error VM909 unknown-word: `vmlint/role` does not know the word 'node-agnet' "
        "[did you mean `node-agent`?]",
        "compose.yaml:1:11: error VM916 bad-hint: the hint is not understood: there is no label 'vmlint/rolle'; "
        "did you mean `vmlint/role`?",
        "compose.yaml:3:34: error VM916 bad-hint: the hint is not understood: vmlint/role does not know the word "
        "'nobody'; there is node-agent",
        "pod.yaml:5:27: error VM916 bad-hint: the hint is not understood: there is no label 'vmlint/nobody'; "
        f"there are {LABELS}",
    ]


def test_in_settings(vmlint: Vmlint) -> None:
    Path("vmlint.toml").write_text('[context]\nlabels."vmlint/rolle" = "node-agent"\nlabels.team = "shop"\n', "utf-8")
    Path("pod.yaml").write_text(POD, "utf-8")
    screen = vmlint("check")
    assert screen.status == 2
    assert screen.stderr == (
        "vmlint check: error: vmlint.toml:2:1: context.labels.vmlint/rolle: there is no label 'vmlint/rolle'; "
        "did you mean `vmlint/role`?\n"
    )


def test_all_misspelt_labels_are_mended_at_once(vmlint: Vmlint) -> None:
    Path("a.vmlint.yaml").write_text(MANIFEST, "utf-8")
    assert vmlint("check", "--fix", "--quiet").status == 0
    mended = Path("a.vmlint.yaml").read_text("utf-8")
    assert "{vmlint/role: node-agent, vmlint/pre-warmed:" in mended
    assert "{vmlint/role: node-agent, acme" in mended
