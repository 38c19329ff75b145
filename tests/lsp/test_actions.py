"""What is offered to do about a finding: taken, it does what it says."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor, codes
from vmlint.lsp.text import EditedText, after

HEAD = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web}\n"
CLOSED = (
    HEAD + "spec:\n  guest: {os: win2k22}\n  deployment: {architecture: paravirtualization, platform: xen, mode: pv}\n"
)


def taken(action: types.CodeAction, uri: str, text: str) -> str:
    """Return a text after an action."""
    assert action.edit is not None
    edits: list[types.TextEdit] = []
    for change in action.edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.uri == uri
        assert change.text_document.version is not None
        edits += [each for each in change.edits if isinstance(each, types.TextEdit)]
    edited = EditedText(text)
    return after(text, [(edited.index(e.range.start), edited.index(e.range.end), e.new_text) for e in edits])


async def offered(editor: Editor, uri: str, code: str) -> list[types.CodeAction]:
    """Return the actions that are offered at the place of a finding, and are about it."""
    found = next(each for each in editor.shown[uri].diagnostics if each.code == code)
    actions = await editor.actions(uri, found.range, types.CodeActionKind.QuickFix)
    assert all(each.kind == types.CodeActionKind.QuickFix for each in actions)
    return [each for each in actions if codes([*(each.diagnostics or ())]) == [code]]


@pytest.mark.asyncio
async def test_a_fix(editor: Editor, project: Path) -> None:
    text = HEAD + "spec: {environment: prodution}\n"
    uri = await editor.open(project / "a.vmlint.yaml", text)
    (action, *_) = await offered(editor, uri, "VM909")
    assert action.title == "vmlint: replace 'prodution' by 'production'"
    assert action.is_preferred
    assert taken(action, uri, text) == text.replace("prodution", "production")
    await editor.close(uri)


@pytest.mark.asyncio
async def test_a_fix_may_uncover_an_error_as_in_a_check(editor: Editor, project: Path) -> None:
    text = HEAD + "spec: {enviroment: test, guest: {os: win2k22}, deployment: {platform: xen, mode: pv}}\n"
    uri = await editor.open(project / "a.vmlint.yaml", text)
    (action, *_) = await offered(editor, uri, "VM907")
    mended = text.replace("enviroment", "environment")
    assert taken(action, uri, text) == mended
    nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
    (every,) = await editor.actions(uri, nowhere, "source.fixAll")
    assert taken(every, uri, text) == mended
    assert codes(await editor.write(uri, mended)) == ["VM301"]
    await editor.close(uri)


@pytest.mark.asyncio
async def test_all_safe_fixes_at_once(editor: Editor, project: Path) -> None:
    text = HEAD + "spec:\n  enviroment: dev\n  host: {virtualised: true}\n"
    uri = await editor.open(project / "a.vmlint.yaml", text)
    assert codes(editor.shown[uri].diagnostics) == ["VM907", "VM907"]
    nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
    (action,) = await editor.actions(uri, nowhere, "source.fixAll")
    assert action.kind == "source.fixAll.vmlint"
    assert not await editor.write(uri, taken(action, uri, text))
    assert await editor.actions(uri, nowhere, "source.fixAll.vmlint") == []
    assert await editor.actions(uri, nowhere, "refactor") == []
    await editor.close(uri)


@pytest.mark.asyncio
async def test_an_alternative_of_one_value(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "a.vmlint.yaml", CLOSED)
    action = next(
        each for each in await offered(editor, uri, "VM301") if each.title.startswith("vmlint: use mode: pvhvm")
    )
    text = taken(action, uri, CLOSED)
    assert text == CLOSED.replace("mode: pv}", "mode: pvhvm}")
    assert "VM301" not in codes(await editor.write(uri, text))
    await editor.close(uri)


@pytest.mark.asyncio
async def test_every_alternative_that_is_offered_removes_its_finding(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "a.vmlint.yaml", CLOSED.replace("\n", "\r\n"))
    actions = await offered(editor, uri, "VM301")
    assert len(actions) >= 2
    for action in actions:
        text = taken(action, uri, CLOSED.replace("\n", "\r\n"))
        assert text.count("\n") == text.count("\r\n")
        shown = await editor.write(uri, text)
        assert "VM301" not in codes(shown), action.title
        assert not any(each.severity is types.DiagnosticSeverity.Error for each in shown), action.title
    await editor.close(uri)


@pytest.mark.asyncio
async def test_an_action_in_a_file_that_is_not_open(editor: Editor, project: Path) -> None:
    """A finding stands in a file of another tool, and what mends it in the manifest."""
    (project / "compose.yaml").write_text("services:\n  web: {image: nginx}\n")
    over = HEAD + "spec:\n  enviroment: dev\n  deployment: {source: compose.yaml}\n"
    uri = await editor.open(project / "a.vmlint.yaml", over)
    (action, *_) = await offered(editor, uri, "VM907")
    assert taken(action, uri, over) == over.replace("enviroment", "environment")
    await editor.close(uri)


@pytest.mark.asyncio
async def test_nothing_is_offered_where_nothing_is_found(editor: Editor, project: Path) -> None:
    uri = await editor.open(project / "a.vmlint.yaml", CLOSED)
    assert await editor.actions(uri, types.Range(types.Position(0, 0), types.Position(0, 3))) == []
    await editor.close(uri)
    assert await editor.actions(uri, types.Range(types.Position(0, 0), types.Position(0, 3))) == []


@pytest.mark.asyncio
async def test_an_edit_while_actions_are_asked_for(editor: Editor, project: Path) -> None:
    """No action is for a text that is gone, and asking again gives the same as before."""
    uri = await editor.open(project / "a.vmlint.yaml", CLOSED)
    before = await offered(editor, uri, "VM301")
    assert before == await offered(editor, uri, "VM301")
    found = next(each for each in editor.shown[uri].diagnostics if each.code == "VM301")
    editor.type(uri, types.TextDocumentContentChangeWholeDocument(f"\n{CLOSED}"))
    asked = asyncio.ensure_future(editor.actions(uri, found.range))
    await asyncio.sleep(0)
    editor.type(uri, types.TextDocumentContentChangeWholeDocument(f"\n\n{CLOSED}"))
    assert {version(each) for each in await asked} <= {2}
    await editor.linted(uri)
    assert {version(each) for each in await offered(editor, uri, "VM301")} == {3}
    await editor.close(uri)


def version(action: types.CodeAction) -> int | None:
    """Return the version of the document that an action edits."""
    assert action.edit is not None
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    return change.text_document.version
