"""What an editor shows of a file holds none of its secrets: findings, hovers, completion, actions."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor
from tests.run.test_secrets import FILES, S


@pytest.mark.asyncio
async def test_nothing_that_is_shown_holds_one(editor: Editor, project: Path) -> None:
    hovered = 0
    for name, text in FILES.items():
        path = project / name
        path.write_text(text(S))
        uri = await editor.open(path)
        about = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        said: list[object] = [editor.shown[uri], await editor.client.text_document_document_symbol_async(about)]
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            for column in range(len(line) - len(line.lstrip()), len(line), 8):
                said.append(hover := await editor.hover(uri, number, column))
                hovered += bool(hover)
            said.append(await editor.complete(uri, number, len(line)))
        whole = types.Range(types.Position(0, 0), types.Position(len(lines), 0))
        said += [action.title for action in await editor.actions(uri, whole)]
        assert [each for each in said if S in str(each)] == [], name
        await editor.close(uri)
    assert hovered > 20
