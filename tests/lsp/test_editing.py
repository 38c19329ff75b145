"""What is shown follows the text in the editor: every edit, in every counting of characters, also in files beside."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities

from tests.lsp.editor import Editor, codes, start, stop

MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  environment: production
  requirements: {isolation: {tenancy: untrusted-multi}}
  deployment: {platform: docker, architecture: container}
"""
COMPOSE = "services:\n  web:\n    image: nginx:1.27\n    privileged: true\n"
KNOWN = {"workload": "web", "field": "deployment.privileged", "value": "true"}
OVER = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  requirements: {isolation: {tenancy: TENANCY}}
  deployment: {source: {file: compose.yaml, name: web}}
"""
HOST = """\
apiVersion: vmlint/v1
kind: Host
metadata: {name: rack}
spec: {platform: linux/PLACE}
"""
ON_HOST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  hostRef: host.vmlint.yaml
  guest: {platform: linux/amd64}
  deployment: {platform: docker, architecture: container}
"""


def partial(
    line: int, start: int, end: int, text: str, end_line: int | None = None
) -> types.TextDocumentContentChangeEvent:
    last = line if end_line is None else end_line
    place = types.Range(types.Position(line, start), types.Position(last, end))
    return types.TextDocumentContentChangePartial(place, text)


@pytest.mark.asyncio
async def test_findings_come_and_go_with_edits(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "a.vmlint.yaml", MANIFEST)
    assert "VM401" in codes(editor.shown[uri].diagnostics)
    column = MANIFEST.splitlines()[5].index("untrusted-multi")
    editor.type(uri, partial(5, column, column + len("untrusted-multi"), "single"))
    assert "VM401" not in codes(await editor.linted(uri))
    editor.type(uri, partial(5, column, column + len("single"), "untrusted-multi"), partial(4, 0, 0, "\n"))
    (found,) = (each for each in await editor.linted(uri) if each.code == "VM401")
    assert found.range.start.line == 7
    await editor.close(uri)


@pytest.mark.asyncio
async def test_many_quick_edits_end_in_the_same_text(editor: Editor, project: Path) -> None:
    """Random edits at random places, sent without waiting: the server's text is the editor's."""
    chance = random.Random(11)
    text = MANIFEST
    uri = await editor.open(project / "a.vmlint.yaml", text)
    for _ in range(300):
        start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        end = min(end, start + 9)
        new = "".join(chance.choice("ab \n{}:é\u2028\U0001d4b3\x0c") for _ in range(chance.randrange(6)))
        editor.type(uri, types.TextDocumentContentChangePartial(types.Range(_at(text, start), _at(text, end)), new))
        text = text[:start] + new + text[end:]
    one = await editor.linted(uri)
    other = await editor.write(uri, text)
    assert one == other
    assert one  # hardly a manifest any more
    assert await editor.write(uri, MANIFEST) == [*editor.shown[uri].diagnostics]
    await editor.close(uri)


def _at(text: str, index: int) -> types.Position:
    """Return the position of an index in UTF-16."""
    before = text[:index].split("\n")
    return types.Position(len(before) - 1, len(before[-1].encode("utf-16-le")) // 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-32"])
@pytest.mark.asyncio
async def test_characters_are_counted_as_the_editor_asks(project: Path, encoding: str) -> None:
    capabilities = client_capabilities("visual-studio-code")
    kind = types.PositionEncodingKind(encoding)
    capabilities.general = types.GeneralClientCapabilities(position_encodings=[kind])
    editor = await start(capabilities)
    assert editor.capabilities.position_encoding == kind
    await _counts(editor, project, encoding)
    assert await stop(editor) == 0


@pytest.mark.asyncio
async def test_characters_are_counted_in_utf_16_where_the_editor_does_not_ask(editor: Editor, project: Path) -> None:
    assert editor.capabilities.position_encoding == types.PositionEncodingKind.Utf16
    await _counts(editor, project, "utf-16")


async def _counts(editor: Editor, project: Path, encoding: str) -> None:
    text = "services:\n  web: {image: nginx, labels: {a: 'é\U0001d4b3日'}, privileged: true}\n"
    uri = await editor.open(project / "compose.yaml", text)
    (found,) = (each for each in editor.shown[uri].diagnostics if each.code == "VM407")
    line = text.splitlines()[1]
    column = _units(line[: line.index("true")], encoding)
    assert found.range == types.Range(types.Position(1, column), types.Position(1, column + 4))
    editor.type(uri, partial(1, column, column + 4, "false"))
    assert "VM407" not in codes(await editor.linted(uri))
    await editor.close(uri)


def _units(text: str, encoding: str) -> int:
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    return len(text.encode(encoding if size == 1 else f"{encoding}-le")) // size


@pytest.mark.asyncio
async def test_line_ends_that_only_yaml_knows(editor: Editor, project: Path) -> None:
    """A report counts U+2028 as a line end, an editor does not."""
    text = "services:\n  web:\n    image: nginx # \u2028    privileged: true\n"
    uri = await editor.open(project / "compose.yaml", text)
    (found,) = (each for each in editor.shown[uri].diagnostics if each.code == "VM407")
    column = text.splitlines(keepends=False)[2].index("#") + 3 + len("    privileged: ")
    assert found.range == types.Range(types.Position(2, column), types.Position(2, column + 4))
    await editor.close(uri)


@pytest.mark.asyncio
async def test_a_byte_order_mark_and_windows_line_ends(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "compose.yaml", "\ufeff" + COMPOSE.replace("\n", "\r\n"))
    (found,) = (each for each in editor.shown[uri].diagnostics if each.code == "VM407")
    assert found.range == types.Range(types.Position(3, 16), types.Position(3, 20))
    await editor.close(uri)


@pytest.mark.asyncio
async def test_a_manifest_and_the_file_that_it_annotates(editor: Editor, project: Path) -> None:
    """Each change of one shows in the other, though neither is saved."""
    (project / "compose.yaml").write_text(COMPOSE)
    native = await editor.open(project / "compose.yaml")
    assert codes(editor.shown[native].diagnostics) == ["VM407"]
    over = await editor.open(project / "web.vmlint.yaml", OVER.replace("TENANCY", "untrusted-multi"))
    await editor.until(lambda: "VM401" in codes(editor.shown[native].diagnostics))
    (found,) = (each for each in editor.shown[native].diagnostics if each.code == "VM401")
    assert over in {each.location.uri for each in found.related_information or ()}
    await editor.write(over, OVER.replace("TENANCY", "single"))
    await editor.until(lambda: "VM401" not in codes(editor.shown[native].diagnostics))
    await editor.write(native, COMPOSE.replace("web:", "other:"))
    await editor.until(lambda: "VM914" in codes(editor.shown[over].diagnostics))
    editor.end(native)  # now the saved file counts
    await editor.until(lambda: "VM914" not in codes(editor.shown[over].diagnostics))
    await editor.close(over)


@pytest.mark.asyncio
async def test_findings_in_a_file_that_is_not_open(editor: Editor, project: Path) -> None:
    native = project / "compose.yaml"
    native.write_text(COMPOSE)
    over = await editor.open(project / "web.vmlint.yaml", OVER.replace("TENANCY", "untrusted-multi"))
    await editor.until(lambda: "VM401" in codes(editor.shown[native.as_uri()].diagnostics))
    assert editor.shown[native.as_uri()].version is None
    editor.end(over)
    await editor.until(lambda: not editor.shown[native.as_uri()].diagnostics)


@pytest.mark.asyncio
async def test_a_manifest_on_disk_is_found(editor: Editor, project: Path) -> None:
    (project / "web.vmlint.yaml").write_text(OVER.replace("TENANCY", "untrusted-multi"))
    native = await editor.open(project / "compose.yaml", COMPOSE)
    assert "VM401" in codes(editor.shown[native].diagnostics)
    assert (project / "web.vmlint.yaml").as_uri() not in editor.shown
    (project / "web.vmlint.yaml").unlink()
    editor.disk_changed(project / "web.vmlint.yaml")
    await editor.until(lambda: "VM401" not in codes(editor.shown[native].diagnostics))
    await editor.close(native)


@pytest.mark.asyncio
async def test_a_host_document(editor: Editor, project: Path) -> None:
    """Editing a host changes what is found in the workloads on it."""
    (project / "host.vmlint.yaml").write_text(HOST.replace("PLACE", "amd64"))
    workload = await editor.open(project / "a.vmlint.yaml", ON_HOST)
    assert not editor.shown[workload].diagnostics
    host = await editor.open(project / "host.vmlint.yaml", HOST.replace("PLACE", "s390x"))
    await editor.until(lambda: codes(editor.shown[workload].diagnostics) == ["VM405"])
    (found,) = editor.shown[workload].diagnostics
    assert host in {each.location.uri for each in found.related_information or ()}
    await editor.write(host, HOST.replace("PLACE", "amd64"))
    await editor.until(lambda: not editor.shown[workload].diagnostics)
    await editor.close(workload, host)


@pytest.mark.asyncio
async def test_a_broken_manifest_keeps_what_it_covers(editor: Editor, project: Path) -> None:
    """While a manifest is being written, the file that it annotates is not suddenly judged without it."""
    native = await editor.open(project / "compose.yaml", COMPOSE)
    text = OVER.replace("TENANCY", "untrusted-multi")
    over = await editor.open(project / "web.vmlint.yaml", text)
    await editor.until(lambda: "VM401" in codes(editor.shown[native].diagnostics))
    assert codes(await editor.write(over, text + "  guest: {")) == ["VM903"]
    await editor.until(lambda: not editor.shown[native].diagnostics)
    await editor.write(over, text)
    await editor.until(lambda: "VM401" in codes(editor.shown[native].diagnostics))
    await editor.close(native, over)


@pytest.mark.asyncio
async def test_settings_of_a_monorepo(editor: Editor, project: Path) -> None:
    """Each folder has its own settings, and they are read again when they change."""
    for name in ("a", "b"):
        (project / name).mkdir()
    settings = project / "a" / "vmlint.toml"
    settings.write_text('profile = "minimal"\n')
    one = await editor.open(project / "a" / "compose.yaml", COMPOSE)
    other = await editor.open(project / "b" / "compose.yaml", COMPOSE)
    assert (codes(editor.shown[one].diagnostics), codes(editor.shown[other].diagnostics)) == ([], ["VM407"])
    settings.write_text('profile = "default"\n')
    editor.disk_changed(settings)
    await editor.until(lambda: codes(editor.shown[one].diagnostics) == ["VM407"])
    settings.write_text("profil = 1\n")
    editor.disk_changed(settings)
    await editor.until(lambda: "unknown key profil" in editor.shown[one].diagnostics[0].message)
    assert codes(editor.shown[other].diagnostics) == ["VM407"]
    await editor.close(one, other)


@pytest.mark.asyncio
async def test_settings_by_path(editor: Editor, project: Path) -> None:
    """Severity, context, exclusion and the address of a rule's page are those of the file."""
    (project / "vmlint.toml").write_text(
        'exclude = ["old/"]\ndocs-url = "https://docs.example/{code}"\n'
        '[severity]\nVM407 = "error"\n'
        '[[overrides]]\npaths = ["shared/**"]\ncontext = {"requirements.isolation.tenancy" = "untrusted-multi"}\n'
    )
    uris = []
    for name in ("own", "shared", "old"):
        (project / name).mkdir()
        uris.append(await editor.open(project / name / "compose.yaml", COMPOSE))
    own, shared, old = (editor.shown[uri].diagnostics for uri in uris)
    assert (codes(own), codes(old)) == (["VM407"], [])
    assert "VM401" in codes(shared)
    assert own[0].severity is types.DiagnosticSeverity.Error
    assert own[0].code_description == types.CodeDescription("https://docs.example/VM407")
    await editor.close(*uris)


@pytest.mark.asyncio
async def test_a_baseline_and_a_waiver(editor: Editor, project: Path) -> None:
    """What is accepted is not shown, however that was done."""
    baseline: dict[str, Any] = {"version": 1, "findings": [{"file": "compose.yaml", "rule": "VM407", **KNOWN}]}
    (project / "vmlint-baseline.json").write_text(json.dumps(baseline))
    uri = await editor.open(project / "compose.yaml", COMPOSE)
    assert not editor.shown[uri].diagnostics
    (project / "shop").mkdir()
    (project / "shop" / "vmlint.toml").write_text('baseline = "old.json"\n')
    inner = await editor.open(project / "shop" / "compose.yaml", COMPOSE)
    assert "old.json: there is no such file" in editor.shown[inner].diagnostics[0].message
    baseline["findings"][0]["file"] = "shop/compose.yaml"
    (project / "shop" / "old.json").write_text(json.dumps(baseline))
    editor.disk_changed(project / "shop" / "old.json")
    await editor.until(lambda: not editor.shown[inner].diagnostics)
    await editor.close(inner)
    (project / "vmlint-baseline.json").unlink()
    editor.disk_changed(project / "vmlint-baseline.json")
    await editor.until(lambda: codes(editor.shown[uri].diagnostics) == ["VM407"])
    assert not await editor.write(uri, COMPOSE.replace("true", "true  # vmlint: ignore[VM407] the driver needs it"))
    (unused,) = await editor.write(uri, COMPOSE.replace("true", "false  # vmlint: ignore[VM407] the driver needs it"))
    assert (unused.code, [*(unused.tags or ())]) == ("VM922", [types.DiagnosticTag.Unnecessary])
    await editor.close(uri)


@pytest.mark.asyncio
async def test_a_document_that_was_never_saved(editor: Editor) -> None:
    uri = "untitled:Untitled-1"
    editor.versions[uri] = 1
    item = types.TextDocumentItem(uri, "yaml", 1, OVER.replace("TENANCY", "single"))
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    (found,) = await editor.linted(uri)
    assert (found.code, "was not saved yet" in found.message) == ("VM914", True)
    await editor.close(uri)


@pytest.mark.asyncio
async def test_what_is_watched(editor: Editor) -> None:
    async with asyncio.timeout(30):
        while not editor.registered:
            await asyncio.sleep(0.01)
    (registered,) = editor.registered
    assert registered.method == "workspace/didChangeWatchedFiles"
    assert registered.register_options is not None
    globs = {each["globPattern"] for each in registered.register_options["watchers"]}
    assert {"**/vmlint.toml", "**/pyproject.toml", "**/*.{yaml,yml,json}", "**/*.vmx", "**/Vagrantfile"} <= globs


@pytest.mark.asyncio
async def test_an_edit_of_a_document_that_is_not_open_is_ignored(editor: Editor, project: Path) -> None:
    about = types.VersionedTextDocumentIdentifier(2, (project / "none.yaml").as_uri())
    editor.client.text_document_did_change(types.DidChangeTextDocumentParams(about, [partial(0, 0, 0, "x")]))
    uri = await editor.open(project / "compose.yaml", COMPOSE)
    assert codes(editor.shown[uri].diagnostics) == ["VM407"]
    await editor.close(uri)


@pytest.mark.asyncio
async def test_an_open_host_document_that_the_settings_name(editor: Editor, project: Path) -> None:
    (project / "vmlint.toml").write_text('host = "host.yaml"\n')
    host = project / "host.yaml"
    head = "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: node}\n"
    host.write_text(head + "spec: {platform: linux/amd64}\n")
    text = head.replace("Host", "Workload") + (
        "spec: {guest: {platform: linux/arm64}, deployment: {platform: docker, mode: runc}}\n"
    )
    uri = await editor.open(project / "a.vmlint.yaml", text)
    assert codes(editor.shown[uri].diagnostics) == ["VM405"]
    opened = await editor.open(host)
    host.write_text(head + "spec: {platform: linux/arm64}\n")
    await editor.write(opened, host.read_text())
    editor.disk_changed(host)
    await editor.until(lambda: codes(editor.shown[uri].diagnostics) == [])
    await editor.close(uri, opened)
