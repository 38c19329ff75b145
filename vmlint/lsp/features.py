"""The requests that the server answers, each by one module."""

from __future__ import annotations

from lsprotocol import types

from vmlint.findings.diagnostic import Diagnostic
from vmlint.lsp import actions, completion, symbols
from vmlint.lsp.diagnostics import SOURCE
from vmlint.lsp.documents import Document
from vmlint.lsp.hover import hover
from vmlint.lsp.server import Server
from vmlint.lsp.workbench import Found


def register(server: Server) -> None:
    """Add the features to a server, which announces them to the editor."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.note_parent(params.process_id)
        server.documents.encoding = server.workspace.position_encoding or types.PositionEncodingKind.Utf16

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        server.watch_files()
        await server.watch_parent()

    @server.feature(types.SHUTDOWN)
    def shutdown(_: None) -> None:
        server.was_shut_down = True

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.opened(params.text_document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.changed(params.text_document, params.content_changes)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.files_changed([params.text_document.uri])

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        server.files_changed(change.uri for change in params.changes)

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="vmlint"),
    )
    def diagnostics(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        document = server.documents.at(params.text_document.uri)
        items = server.shown(server.bench.found(document)) if document is not None else []
        return types.RelatedFullDocumentDiagnosticReport(items)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def about(params: types.HoverParams) -> types.Hover | None:
        document = server.documents.at(params.text_document.uri)
        if document is None or (found := server.bench.found(document)).failure:
            return None
        settings, index = server.bench.settings(document.name), document.edited.index(params.position)
        return hover(document, index, server.bench.subjects_of(document), found.here, settings)

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[*completion.TRIGGERS]))
    def complete(params: types.CompletionParams) -> types.CompletionList | None:
        document = server.documents.at(params.text_document.uri)
        if document is None or (found := server.bench.found(document)).failure:
            return None
        settings = server.bench.settings(document.name)
        return completion.completions(document, params.position, settings, found.here)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def outline(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        document = server.documents.at(params.text_document.uri)
        return symbols.symbols(document, server.bench.subjects_of(document)) if document is not None else []

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([*actions.KINDS]))
    async def act(params: types.CodeActionParams) -> list[types.CodeAction]:
        document = server.documents.at(params.text_document.uri)
        if document is None or (found := server.bench.found(document)).failure:
            return []
        return await _actions(server, document, found, params)


async def _actions(
    server: Server, document: Document, found: Found, params: types.CodeActionParams
) -> list[types.CodeAction]:
    asked = actions.Asked(document, _asked_for(server, found, params), server.versioned)
    offered: list[types.CodeAction] = []
    if _wanted(types.CodeActionKind.QuickFix, params.context.only):
        offered += await server.offers.actions(asked, server.bench, server.bench.settings(document.name))
    if _wanted(actions.FIX_ALL, params.context.only):
        every = actions.fix_all(found.here, asked, server.bench)
        offered += [every] if every is not None else []
    return offered


def _asked_for(
    server: Server, found: Found, params: types.CodeActionParams
) -> list[tuple[Diagnostic, types.Diagnostic]]:
    """Return the findings that a request names, or else those at its place; each with how it is shown."""
    named = {(each.code, _span(each.range)) for each in params.context.diagnostics if each.source == SOURCE}
    return [
        (each, shown)
        for each, shown in zip(found.here, server.shown(found), strict=True)
        if (shown.code, _span(shown.range)) in named or (not named and _touch(shown.range, params.range))
    ]


def _wanted(kind: str, only: object) -> bool:
    """Whether actions of a kind are asked for: all are, or this kind, or one that it is a part of."""
    wanted = [str(getattr(each, "value", each)) for each in only] if isinstance(only, (list, tuple)) else None
    own = str(getattr(kind, "value", kind))
    return wanted is None or any(own == each or own.startswith(f"{each}.") for each in wanted)


def _touch(one: types.Range, other: types.Range) -> bool:
    return _key(one.start) <= _key(other.end) and _key(other.start) <= _key(one.end)


def _span(place: types.Range) -> tuple[tuple[int, int], tuple[int, int]]:
    return _key(place.start), _key(place.end)


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
