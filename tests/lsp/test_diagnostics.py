"""What is shown of a document is what `vmlint check` finds in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lsprotocol.types import DiagnosticSeverity, DiagnosticTag

from tests.lsp.editor import Editor, codes

if TYPE_CHECKING:
    from tests.conftest import Vmlint

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
FILES = sorted(file for file in EXAMPLES.rglob("*") if file.is_file() and file.suffix not in (".py", ".toml", ".md"))
SEVERITIES = {
    "error": DiagnosticSeverity.Error,
    "warning": DiagnosticSeverity.Warning,
    "note": DiagnosticSeverity.Information,
}


@pytest.mark.asyncio
async def test_every_example_shows_what_check_finds(editor: Editor, vmlint: Vmlint) -> None:
    assert len({file.parent for file in FILES}) > 25
    report = json.loads(vmlint("check", "--format", "json", "--no-cache", str(EXAMPLES)).stdout)
    found: dict[str, list[tuple[object, ...]]] = {str(file): [] for file in FILES}
    for each in report["findings"]:
        place = each["place"]
        found[place["file"]].append(
            (place["line"] - 1, place["column"] - 1, SEVERITIES[each["severity"]], each["code"])
        )
    assert sum(map(bool, found.values())) > 25
    for file in FILES:
        editor.begin(file)
    for file in FILES:
        shown = await editor.linted(file.as_uri())
        have = [(each.range.start.line, each.range.start.character, each.severity, each.code) for each in shown]
        assert sorted(map(str, have)) == sorted(map(str, found[str(file)])), file
    await editor.close(*(file.as_uri() for file in FILES))


MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  environment: production
  guest: {os: win2k3}
  deployment: {platform: vmware-esxi@6.5, architecture: type1}
"""


@pytest.mark.asyncio
async def test_how_a_finding_is_shown(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "a.vmlint.yaml", MANIFEST)
    shown = {str(each.code): each for each in editor.shown[uri].diagnostics}
    ended = shown["VM701"]
    assert [*(ended.tags or ())] == [DiagnosticTag.Deprecated]
    assert ended.source == "vmlint"
    assert ended.severity is DiagnosticSeverity.Error
    assert ended.message.startswith("VMware ESXi 6.5: General Support ended on")
    assert "\nfits: platform.version: 9.1 (same platform)" in ended.message
    assert [each.message for each in ended.related_information or ()] == ["because environment"]
    (related,) = ended.related_information or ()
    assert (related.location.uri, related.location.range.start.line) == (uri, 4)
    assert ended.data == {
        "code": "VM701",
        "name": "platform-eol",
        "workload": "web",
        "field": "deployment.platform.version",
    }
    await editor.close(uri)


BROKEN = {
    "a.vmlint.yaml": ("spec: {", "VM903"),
    "b.vmlint.yaml": ("apiVersion: vmlint/v1\nkind: Workload\nmetadata: {nam: x}\nspec: {}\n", "VM907"),
    "c.xml": ("<domain type='kvm'><name>x</nam></domain>", "VM903"),
    "d.vmlint.yaml": ("spec: \x07", "VM902"),
    "e.vmlint.json": ('{"apiVersion": "vmlint/v1", "a": "\ud800"}', "VM902"),
    "f.xml": ("<!DOCTYPE a [<!ENTITY b 'c'>]><domain type='kvm'/>", "VM905"),
    "g.vmlint.yaml": ("", None),
    "main.tf": ('resource "libvirt_domain" "a" {\n  memory = \n', "VM903"),
}


@pytest.mark.parametrize(("name", "text", "code"), [(name, *each) for name, each in BROKEN.items()])
@pytest.mark.asyncio
async def test_what_cannot_be_read_is_shown_too(
    editor: Editor, project: Path, name: str, text: str, code: str | None
) -> None:
    uri = await editor.open(project / name, text)
    shown = editor.shown[uri].diagnostics
    assert code is None or code in codes(shown)
    assert code is not None or not shown
    for each in shown:
        assert each.range.start.line <= text.count("\n")
    await editor.close(uri)


@pytest.mark.asyncio
async def test_other_files_are_passed_over(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "notes.md", "# services:\n  image: x\n")
    assert not editor.shown[uri].diagnostics
    await editor.close(uri)


@pytest.mark.asyncio
async def test_a_large_document_is_left_to_check(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "a.vmlint.yaml", "# " + "x" * 3 * 2**20)
    (shown,) = editor.shown[uri].diagnostics
    assert shown.message == "it is larger than 2 MiB: `vmlint check` lints it"
    await editor.close(uri)
