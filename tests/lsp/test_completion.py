"""What is offered at the cursor, marked by a bar in each text."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol.types import CompletionItem, CompletionItemTag, InsertReplaceEdit, TextEdit

from tests.lsp.editor import Editor

HEAD = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web}\n"
SPEC = HEAD + "spec:\n"


async def offered(editor: Editor, path: Path, text: str) -> list[CompletionItem]:
    """Return what is offered at the bar of a text, in its order."""
    before, _, after = text.partition("|")
    uri = await editor.open(path, before + after)
    lines = before.split("\n")
    items = await editor.complete(uri, len(lines) - 1, len(lines[-1]))
    await editor.close(uri)
    return sorted(items, key=lambda each: each.sort_text or "")


def labels(items: list[CompletionItem]) -> list[str]:
    return [each.label for each in items]


def new_text(item: CompletionItem) -> str:
    assert isinstance(item.text_edit, (TextEdit, InsertReplaceEdit))
    return item.text_edit.new_text


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("|", ["apiVersion", "kind", "metadata", "spec"]),
        ("apiVersion: vmlint/v1\n|", ["kind", "metadata", "spec"]),
        ("apiVersion: |", ["vmlint/v1"]),
        ("apiVersion: vmlint/v1\nkind: W|", ["Workload", "Host"]),
        (HEAD + "spec:\n  |", ["kind", "environment", "instances", "guest"]),
        (HEAD + "spec:\n  envir|", ["kind", "environment", "instances"]),
        (SPEC + "  environment: |\n", ["dev", "test", "staging", "production"]),
        (SPEC + "  deployment: {platform: xen, mode: p|}", ["hw-assisted", "pv", "pvh"]),
        (SPEC + "  deployment: {|", ["source", "architecture", "mode", "platform"]),
        (SPEC + "  deployment:\n    platform: xen\n    |\n    mode: pv\n", ["source", "architecture", "image"]),
        (SPEC + "  deployment: {broken: [}\n  requirements:\n    devices: {emulated: [flo|", ["sb16"]),
        (SPEC + "  host: {virtualized: |}", ["true", "false"]),
        (SPEC + "  resources: {memory: |}", ["8Gi"]),
        ("apiVersion: vmlint/v1\nkind: Host\nspec:\n  |", ["os", "platform", "kernel"]),
        ('{"apiVersion": "vmlint/v1", "kind": "Workload", "spec": {"|"}}', ["kind", "environment"]),
        ("a: b\n---\n" + SPEC + "  guest:\n    |\n---\nc: d\n", ["os", "kernel"]),
    ],
)
@pytest.mark.asyncio
async def test_a_manifest(editor: Editor, project: Path, text: str, first: list[str]) -> None:
    found = labels(await offered(editor, project / "a.vmlint.yaml", text))
    assert [each for each in found if each in first][: len(first)] == first
    assert found[0] == first[0]


@pytest.mark.parametrize("path", ["deployment: {platform: ", "host: {hypervisor: ", "deployment: {platform: {id: "])
@pytest.mark.asyncio
async def test_platforms(editor: Editor, project: Path, path: str) -> None:
    found = {each.label: each for each in await offered(editor, project / "a.vmlint.yaml", f"{SPEC}  {path}|")}
    assert len(found) >= 25
    assert found["vmware-esxi"].detail == "VMware ESXi; 9.1: supported until 2028-08-12"


@pytest.mark.asyncio
async def test_versions_of_a_platform(editor: Editor, project: Path) -> None:
    found = await offered(editor, project / "a.vmlint.yaml", SPEC + "  deployment: {platform: vmware-esxi@|}")
    assert labels(found)[0] == "vmware-esxi@9.1"
    old = next(each for each in found if each.label == "vmware-esxi@6.5")
    assert [*(old.tags or ())] == [CompletionItemTag.Deprecated]


@pytest.mark.parametrize("path", ["guest: {os: ", "guest: {os: {id: ", "host: {os: "])
@pytest.mark.asyncio
async def test_guests(editor: Editor, project: Path, path: str) -> None:
    items = await offered(editor, project / "a.vmlint.yaml", f"{SPEC}  {path}|")
    found = {each.label: each for each in items}
    assert len(found) > 300
    assert (found["debian12"].detail or "").startswith("Debian 12 (Bookworm); supported until 20")
    assert [*(found["win2k3"].tags or ())] == [CompletionItemTag.Deprecated]
    order = labels(items)
    assert order.index("debian12") < order.index("win2k3")  # what is past its support comes last


@pytest.mark.asyncio
async def test_how_keys_are_written(editor: Editor, project: Path) -> None:
    name = project / "a.vmlint.yaml"
    spec = {each.label: new_text(each) for each in await offered(editor, name, SPEC + "  |")}
    assert (spec["environment"], spec["deployment"]) == ("environment: ", "deployment:")
    flow = {each.label: new_text(each) for each in await offered(editor, name, SPEC + "  deployment: {|")}
    assert (flow["mode"], flow["devices"]) == ("mode: ", "devices: ")
    before_colon = {each.label: new_text(each) for each in await offered(editor, name, SPEC + "  env|: dev")}
    assert before_colon["environment"] == "environment"
    json = {each.label: each for each in await offered(editor, name, '{"apiVersion": "vmlint/v1", "ki|')}
    assert new_text(json["kind"]) == '"kind": '
    edit = json["kind"].text_edit
    assert isinstance(edit, TextEdit)
    assert (edit.range.start.character, edit.range.end.character) == (28, 31)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", "services:\n  web:\n    image: nginx\n    privileged: true  # vmlint: ignore[|\n"),
        ("compose.yaml", "services:\n  web:\n    image: nginx\n    # vmlint: ignore[VM1|]\n    privileged: true\n"),
        ("a.xml", "<domain type='kvm'><name>a</name>\n<!-- vmlint: ignore-file[VM4, VM|] -->\n</domain>"),
        ("main.tf", "// vmlint: ignore-workload[|\n"),
        ("Vagrantfile", "# vmlint: ignore[|"),
    ],
)
@pytest.mark.asyncio
async def test_codes_in_a_waiver(editor: Editor, project: Path, name: str, text: str) -> None:
    found = await offered(editor, project / name, text)
    assert len(found) > 100
    assert next(each for each in found if each.label == "VM401").detail == "untrusted-tenants-share-kernel"
    if name == "compose.yaml":
        assert labels(found)[0] == "VM407"  # what is found here comes first


@pytest.mark.asyncio
async def test_hints(editor: Editor, project: Path) -> None:
    compose = "services:\n  web: {image: nginx}\n"
    found = await offered(editor, project / "compose.yaml", compose + "# vmlint: |")
    assert labels(found)[:3] == ["ignore[]", "ignore-workload[]", "ignore-file[]"]
    assert {"environment", "guest.os", "requirements.isolation.tenancy"} <= {*labels(found)}
    assert next(new_text(each) for each in found if each.label == "environment") == "environment="
    words = await offered(editor, project / "compose.yaml", compose + "# vmlint: environment=prod|")
    assert labels(words) == ["dev", "test", "staging", "production"]
    guests = await offered(editor, project / "compose.yaml", compose + "# vmlint: host.os=|")
    assert "debian12" in labels(guests)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", "services:\n  |"),
        ("a.vmlint.yaml", SPEC + "  guest: {os: debian12}  # a note |"),
        ("a.vmlint.yaml", SPEC + "  x-own:\n    |"),
        ("a.vmlint.yaml", SPEC + "  nothing: |"),
        ("a.xml", "<domain>|</domain>"),
        ("compose.yaml", "services: {} # vmlint: no hint |"),
        ("k.yaml", "apiVersion: v1\nkind: Pod\n|\n---\n" + SPEC),
    ],
)
@pytest.mark.asyncio
async def test_where_nothing_is_offered(editor: Editor, project: Path, name: str, text: str) -> None:
    assert await offered(editor, project / name, text) == []
