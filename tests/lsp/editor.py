"""An editor that speaks with a real server, over its standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

from tests.conftest import TODAY

COMMAND = (sys.executable, "-m", "vmlint", "lsp", "--today", TODAY)
PATIENCE = 10
"""Seconds after which a test fails because nothing came."""


class Editor:
    """What a person does in an editor."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.capabilities = types.ServerCapabilities()
        """What the server can do."""
        self.registered: list[types.Registration] = []
        """What the server asked to be told of."""
        self.versions: dict[str, int] = {}
        self.shown: dict[str, types.PublishDiagnosticsParams] = {}
        self.news = asyncio.Event()

    def register(self, params: types.RegistrationParams) -> None:
        self.registered += params.registrations

    def take(self, params: types.PublishDiagnosticsParams) -> None:
        self.shown[params.uri] = params
        self.news.set()

    async def until(self, holds: Any) -> None:
        """Wait until something holds of what is shown."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self.news.clear()
                await self.news.wait()

    def begin(self, path: Path, text: str | None = None) -> str:
        """Open a file, or a text that is not saved there, wait for nothing, and return its address."""
        uri = path.as_uri()
        self.versions[uri] = 1
        text = path.read_text() if text is None else text
        item = types.TextDocumentItem(uri, "any", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    async def open(self, path: Path, text: str | None = None) -> str:
        """Open a file, or a text that is not saved there, and return its address when it was linted."""
        uri = self.begin(path, text)
        await self.linted(uri)
        return uri

    def type(self, uri: str, *changes: types.TextDocumentContentChangeEvent) -> None:
        """Edit a document, and wait for nothing."""
        self.versions[uri] += 1
        about = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(about, changes))

    async def write(self, uri: str, text: str) -> list[types.Diagnostic]:
        """Replace the text of a document, and return what is shown then."""
        self.type(uri, types.TextDocumentContentChangeWholeDocument(text))
        return await self.linted(uri)

    async def linted(self, uri: str) -> list[types.Diagnostic]:
        """Return what is shown of a document in its present version."""
        await self.until(lambda: uri in self.shown and self.shown[uri].version == self.versions[uri])
        return [*self.shown[uri].diagnostics]

    def end(self, uri: str) -> None:
        """Close a document, and wait for nothing."""
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
        del self.versions[uri]

    async def close(self, *uris: str) -> None:
        """Close documents, and wait until nothing is shown of them."""
        for uri in uris:
            self.end(uri)
        await self.until(lambda: not any(self.shown[uri].diagnostics for uri in uris))

    def disk_changed(self, *paths: Path) -> None:
        events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    async def hover(self, uri: str, line: int, character: int) -> str:
        about = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        found = await self.client.text_document_hover_async(about)
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def complete(self, uri: str, line: int, character: int) -> list[types.CompletionItem]:
        about = types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        found = await self.client.text_document_completion_async(about)
        return [] if found is None else list(found.items if isinstance(found, types.CompletionList) else found)

    async def actions(self, uri: str, at: types.Range, *only: str) -> list[types.CodeAction]:
        context = types.CodeActionContext([], list(only) or None)
        about = types.CodeActionParams(types.TextDocumentIdentifier(uri), at, context)
        found = await self.client.text_document_code_action_async(about)
        return [each for each in found or [] if isinstance(each, types.CodeAction)]


def codes(shown: Sequence[types.Diagnostic]) -> list[object]:
    return [each.code for each in shown]


async def start(capabilities: types.ClientCapabilities, **how: Any) -> Editor:
    """Start a server, and an editor that speaks with it."""
    client = make_test_lsp_client()
    await client.start_io(*COMMAND, env={**os.environ})
    editor = Editor(client)
    features = client.protocol.fm.features
    features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = editor.take
    features[types.CLIENT_REGISTER_CAPABILITY] = editor.register
    params = types.InitializeParams(capabilities, **how)
    editor.capabilities = (await client.initialize_session(params)).capabilities
    return editor


async def stop(editor: Editor) -> int | None:
    """End the session, and return the server's exit status."""
    await editor.client.shutdown_session()
    await editor.client.stop()  # type: ignore[no-untyped-call]
    return editor.client._server.returncode if editor.client._server else None
