"""The examples that a new user copies: every section of the article has findings, and healthy ones have none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vmlint.extend.plugins import load

if TYPE_CHECKING:
    from tests.conftest import Vmlint

EXAMPLES = Path(__file__).parent.parent / "examples"
HEALTHY = (
    "containers/checkout-api.yaml",
    "full-virtualization/firmware-lab.yaml",
    "hosts/rack-a.yaml",
    "paravirtualization/dns-resolver.yaml",
    "type1/billing-db.yaml",
    "type2/laptop-lab.yaml",
    "undecided.yaml",
    *(f"healthy/{file.name}" for file in sorted((EXAMPLES / "healthy").iterdir())),
)
SYSTEMS = {
    "vmware-esxi", "hyperv", "xenserver", "vmware-workstation", "virtualbox", "parallels", "xen", "kvm", "docker",
    "lxc", "kubernetes", "qemu",
}  # fmt: skip
"""The article's twelve; of Hyper-V Server, which is retired, the role that took its place."""
SECTIONS = {"type1", "type2", "paravirtualization", "containers", "full_virtualization", "selection", "lifecycle"}


def findings(vmlint: Vmlint, *paths: str) -> list[Any]:
    screen = vmlint("check", "--format", "json", "--today", "2026-11-22", *(str(EXAMPLES / path) for path in paths))
    # A host document is linted with the manifests that refer to it; their findings do not count here.
    named = tuple(str(EXAMPLES / path).rstrip("/.") for path in paths)
    return [found for found in json.loads(screen.stdout)["findings"] if found["place"]["file"].startswith(named)]


def test_every_section_of_the_article_is_at_work(vmlint: Vmlint) -> None:
    sections = {rule.code: rule.module.split(".")[1] for rule in load().rules}
    assert {sections[found["code"]] for found in findings(vmlint, ".")} >= SECTIONS


@pytest.mark.parametrize("path", HEALTHY)
def test_healthy_examples_are_healthy(vmlint: Vmlint, path: str) -> None:
    assert findings(vmlint, path) == []


def test_each_system_of_the_article_has_a_negative_control() -> None:
    """A fully stated, healthy workload has no findings in the default profile."""
    assert {file.stem for file in (EXAMPLES / "healthy").iterdir()} == SYSTEMS


def test_negative_controls_are_decided_rather_than_empty(vmlint: Vmlint) -> None:
    """A healthy example must be complete: few rules may be left undecided."""
    report = json.loads(vmlint("check", "--format", "json", str(EXAMPLES / "healthy")).stdout)
    assert report["summary"]["workloads"] == len(SYSTEMS)
    assert report["summary"]["undecided"] < 4 * len(SYSTEMS)


def test_the_retired_system_has_its_retirement_told_and_nothing_else(vmlint: Vmlint, tmp_path: Path) -> None:
    text = (EXAMPLES / "healthy" / "hyperv.yaml").read_text("utf-8")
    (tmp_path / "old.yaml").write_text(
        text.replace("hyperv@2025", "hyperv-server@2019").replace("win2k25", "win2k19"), "utf-8"
    )
    report = json.loads(vmlint("check", "--format", "json", "old.yaml").stdout)
    assert [found["code"] for found in report["findings"]] == ["VM703"]


def test_every_other_example_has_a_finding_in_each_document(vmlint: Vmlint) -> None:
    for file in sorted(file for file in EXAMPLES.rglob("*.yaml") if "native" not in file.parts):
        name = file.relative_to(EXAMPLES).as_posix()
        if name not in HEALTHY:
            flagged = {found["workload"] for found in findings(vmlint, name)}
            assert len(flagged) == file.read_text("utf-8").count("\nkind: Workload"), name


def test_each_architecture_has_an_example_of_either_kind() -> None:
    folders = {"type1", "type2", "paravirtualization", "containers", "full-virtualization"}
    assert {file.parent.name for file in EXAMPLES.rglob("*.yaml")} >= folders
    for folder in folders:
        names = {f"{folder}/{file.name}" for file in (EXAMPLES / folder).iterdir()}
        assert names & set(HEALTHY)
        assert names - set(HEALTHY)
