"""``vmlint facts`` and ``check --coverage`` through their front door: what was understood, and what is left open."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

if TYPE_CHECKING:
    from tests.conftest import Vmlint

ROOT = Path(__file__).parents[2]
NATIVE = ROOT / "examples" / "native"
FILES = sorted(path for path in NATIVE.rglob("*") if path.is_file())
SCHEMA = json.loads((ROOT / "schemas" / "report.json").read_text("utf-8"))
Golden = Callable[[str, str], None]

XL = """\
# vmlint: environment=production
name = "resolver"
memory = 512
vcpus = 2
kernel = "/srv/kernels/vmlinuz"
vif = [ 'bridge=xenbr0' ]
disk = [ 'phy:/dev/vg/resolver,xvda,w' ]
"""


def test_a_file_becomes_a_manifest(vmlint: Vmlint, golden: Golden) -> None:
    Path("resolver.cfg").write_text(XL, "utf-8")
    seen = vmlint("facts", "resolver.cfg")
    golden("facts/xl.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (0, "")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(NATIVE).as_posix())
def test_printed_facts_read_back_the_same(vmlint: Vmlint, file: Path) -> None:
    shutil.copyfile(file, file.name)
    first = vmlint("facts", file.name)
    assert first.status == 0, first.stderr
    Path("again.vmlint.yaml").write_text(first.stdout, "utf-8")
    again = vmlint("facts", "again.vmlint.yaml")
    assert (again.status, again.stderr) == (0, "")
    assert specs(again.stdout) == specs(first.stdout)


def specs(text: str) -> list[Any]:
    return [document["spec"] for document in yaml.safe_load_all(text)]


def test_a_manifest_comes_out_in_its_long_form(vmlint: Vmlint) -> None:
    head = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: x, labels: {team: a}}\n"
    Path("x.yaml").write_text(f"{head}spec:\n  deployment: {{platform: esxi@8.0}}\n", "utf-8")
    (document,) = yaml.safe_load_all(vmlint("facts", "x.yaml").stdout)
    assert document["metadata"] == {"name": "x", "labels": {"team": "a"}}
    assert document["spec"] == {"deployment": {"platform": {"id": "vmware-esxi", "version": "8.0"}}}


def test_standard_input_and_its_name(vmlint: Vmlint) -> None:
    dockerfile = "FROM debian:13\nRUN true\n"
    nameless = vmlint("facts", "-", stdin=dockerfile)
    named = vmlint("facts", "-", "--stdin-filename", "Dockerfile", stdin=dockerfile)
    assert named.status == 0
    assert specs(named.stdout)[0]["guest"]["os"]["id"] == "debian13"
    assert named.stdout.startswith("# From Dockerfile (dockerfile), as vmlint understood it.\n")
    assert nameless.status in (0, 3)


def test_nothing_to_print(vmlint: Vmlint) -> None:
    Path("notes.yaml").write_text("a: b\n", "utf-8")
    seen = vmlint("facts", "notes.yaml")
    assert (seen.status, seen.stdout) == (3, "")
    assert "skipped notes.yaml: neither a manifest nor a known format" in seen.stderr
    assert vmlint("facts").status == 2


def test_a_file_without_a_workload_is_named_with_its_format(vmlint: Vmlint) -> None:
    text = 'source "elsewhere" "x" {\n  vm_memory = "4Gi"\n}\n'
    seen = vmlint("facts", "--stdin-filename", "x.pkr.hcl", "-", stdin=text)
    assert "skipped x.pkr.hcl: packer without a workload" in seen.stderr


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("x.pkr.hcl", 'source "elsewhere" "x" {\n  vm_memory = "4Gi"\n}\n', "packer without a workload"),
        (
            "app.yaml",
            "kind: Pod\napiVersion: v1\nspec: {{ .Values.spec }}\n",
            "a template (Helm, Jinja or the like): lint what it renders to",
        ),
    ],
)
def test_reasons_are_the_same_for_people_and_programs(vmlint: Vmlint, name: str, text: str, reason: str) -> None:
    Path(name).write_text(text, "utf-8")
    seen = vmlint("check", "--format", "json", name)
    (file,) = json.loads(seen.stdout)["files"]
    assert (file["status"], file["reason"]) == ("skipped", reason)
    assert seen.stderr.startswith(f"vmlint: skipped {name}: {reason}\n")


def test_faults_are_reported_and_the_rest_is_printed(vmlint: Vmlint) -> None:
    Path("a.xml").write_text("<domain type='kvm'><name>a</name>", "utf-8")
    Path("resolver.cfg").write_text(XL, "utf-8")
    seen = vmlint("facts", "a.xml", "resolver.cfg")
    assert seen.status == 1
    assert "a.xml:1:2: VM903" in seen.stderr
    assert len(specs(seen.stdout)) == 1


def test_formats(vmlint: Vmlint) -> None:
    seen = vmlint("facts", "--formats")
    assert seen.status == 0
    assert "libvirt" in seen.stdout
    assert seen.stdout.splitlines() == sorted(seen.stdout.splitlines())


def test_coverage(vmlint: Vmlint, golden: Golden) -> None:
    Path("resolver.cfg").write_text(XL, "utf-8")
    Path("notes.yaml").write_text("a: b\n", "utf-8")
    seen = vmlint("check", "--coverage", "--select", "VM701", ".")
    golden("check/coverage.txt", seen.stdout)
    report = json.loads(vmlint("check", "--format", "json", ".").stdout)
    jsonschema.validate(report, SCHEMA)
    by_name = {file["file"]: file for file in report["files"]}
    assert by_name["resolver.cfg"]["formats"] == ["xl"]
    (covered,) = by_name["resolver.cfg"]["coverage"]
    assert "resources.memory" in covered["read"]
    assert "deployment.mode" in covered["defaults"]
    assert by_name["notes.yaml"]["coverage"] == []
