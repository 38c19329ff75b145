"""What is explained under the cursor: fields, values and rules, in manifests and in files of other tools."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.editor import Editor

MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  guest: {os: win2k3}
  deployment:
    platform: vmware-esxi@8.0
    architecture: type1
    devices: {disk: ide}
"""
DOMAIN = """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>4</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <disk type='file'><target dev='hda' bus='ide'/></disk>
  </devices>
</domain>
"""
HOVERS = {
    (6, 6): ("**Platform** (`deployment.platform`)", "Fields: `id`, `version`, `edition`."),
    (6, 16): ("`vmware-esxi@8.0` is VMware ESXi",),
    (7, 6): ("**Architecture** (`deployment.architecture`)", "One of `type1`, `type2`,"),
    (7, 20): ("**Architecture** (`deployment.architecture`)",),
    (8, 6): (
        "**Device models** (`deployment.devices`)",
        "Fields: `disk`, `nic`, `video`, `drives`, `disks`, `nics`, `others`.",
    ),
    (8, 21): ("**Disk controller** (`deployment.devices.disk`)", "For example `virtio`"),
    (4, 14): ("`win2k3` is Windows Server 2003", "# VM704 guest-eol", "## When it stays silent"),
    (2, 12): ("**Name** (`metadata.name`)",),
    (0, 3): ("**API version** (`apiVersion`)",),
}


@pytest.mark.asyncio
async def test_fields_of_a_manifest(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "a.vmlint.yaml", MANIFEST)
    for (line, column), expected in HOVERS.items():
        said = await editor.hover(uri, line, column)
        assert all(each in said for each in expected), (line, column, said)
    assert await editor.hover(uri, 3, 7) == ""
    await editor.close(uri)


@pytest.mark.asyncio
async def test_a_page_leads_nowhere_that_is_not_there(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "a.vmlint.yaml", MANIFEST)
    said = await editor.hover(uri, 4, 14)
    assert "](http" in said
    assert ".md" not in said
    await editor.close(uri)


@pytest.mark.asyncio
async def test_what_a_place_of_another_tools_file_states(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "a.xml", DOMAIN)
    line = DOMAIN.splitlines()[5]
    said = await editor.hover(uri, 5, line.index("ide") + 1)
    assert said.startswith("states `deployment.devices.disk`: `ide`\n\n**Disk controller**")
    assert "states `resources.memory`: `4Gi`" in await editor.hover(uri, 2, DOMAIN.splitlines()[2].index("4"))
    assert await editor.hover(uri, 7, 3) == ""
    await editor.close(uri)


@pytest.mark.asyncio
async def test_a_file_that_a_manifest_covers_is_explained_too(editor: Editor, project: Path) -> None:
    native = await editor.open(project / "a.xml", DOMAIN)
    over = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: a}\nspec: {deployment: {source: a.xml}}\n"
    manifest = await editor.open(project / "a.vmlint.yaml", over)
    assert "states `deployment.devices.disk`: `ide`" in await editor.hover(native, 5, 48)
    await editor.close(native, manifest)


@pytest.mark.asyncio
async def test_broken_text(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "a.vmlint.yaml", MANIFEST + "  host: {\n")
    assert "**Platform**" in await editor.hover(uri, 6, 6)
    await editor.write(uri, "")
    assert await editor.hover(uri, 0, 0) == ""
    assert await editor.hover(uri, 99, 99) == ""
    await editor.close(uri)


@pytest.mark.asyncio
async def test_the_outline_lists_the_workloads(editor: Editor, project: Path) -> None:
    from lsprotocol import types

    text = "services:\n  web:\n    image: nginx\n  db:\n    image: mongo:7\n"
    uri = await editor.open(project / "compose.yaml", text)
    about = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    found = await editor.client.text_document_document_symbol_async(about)
    assert [(each.name, each.detail) for each in found or () if isinstance(each, types.DocumentSymbol)] == [
        ("web", "compose"),
        ("db", "compose"),
    ]
    await editor.close(uri)
