"""The language server: takes what the editor says, lints a moment later, and answers requests.

All of it runs in one thread. Linting pauses after every file to let other messages through, and begins anew where one
of them changed a document. Nothing but the protocol goes to standard output.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from lsprotocol import types
from pygls.exceptions import JsonRpcException, PyglsError
from pygls.lsp.server import LanguageServer

from vmlint import __version__
from vmlint.findings.diagnostic import Diagnostic
from vmlint.lsp.actions import Offers
from vmlint.lsp.diagnostics import address, failed, shown
from vmlint.lsp.documents import Documents
from vmlint.lsp.protocol import Protocol
from vmlint.lsp.settings import ProjectSettings
from vmlint.lsp.workbench import Found, Workbench
from vmlint.project.root import BASELINE, OWN, SHARED
from vmlint.reading.manifest import CATALOGUE_KINDS
from vmlint.run.discover import is_yaml

log = logging.getLogger(__name__)

PAUSE = 0.02
"""Seconds after an edit until the document is linted, if no other edit comes."""
QUICK = 0.1
"""Seconds of linting up to which the pause stays that short; for what takes longer it is as long as the linting."""
LONGEST_PAUSE = 2.0
LOOK_FOR_PARENT = 2.0
"""Seconds between two looks whether the editor is still there."""


class Server(LanguageServer):
    """The state of a session, and what is done when it changes."""

    def __init__(self, settings: ProjectSettings) -> None:
        super().__init__("vmlint", __version__, protocol_cls=Protocol)
        self.documents = Documents()
        self.bench = Workbench(self.documents, settings)
        self.offers = Offers()
        self.was_shut_down = False
        self._parent: int | None = None
        self._published: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}
        self._linting: asyncio.Task[None] | None = None
        self._took = 0.0

    # What the editor says

    def opened(self, item: types.TextDocumentItem) -> None:
        """Take a document that was opened."""
        self.documents.put(item.uri, item.version, item.text)
        self.bench.manifests.look_around()
        self.lint_soon()

    def changed(
        self, about: types.VersionedTextDocumentIdentifier, changes: Sequence[types.TextDocumentContentChangeEvent]
    ) -> None:
        """Take the edits of a document."""
        if self.documents.change(about.uri, about.version, changes) is None:
            log.warning("edits of a document that is not open: %s", about.uri)
            return
        self.lint_soon()

    def closed(self, uri: str) -> None:
        """Forget a document. Its file counts again as it is on disk."""
        self.documents.close(uri)
        self.lint_soon()

    def files_changed(self, uris: Iterable[str]) -> None:
        """Look again at files that changed on disk, or were saved."""
        if any(map(self._may_be_settings, uris)):
            self.bench.read_settings_again()
        self.bench.manifests.look_again()
        self.lint_soon()

    def _may_be_settings(self, uri: str) -> bool:
        """Whether the settings may rest on a file: one of theirs, a document of the project's catalogue, of a host."""
        document = self.documents.at(uri)
        if uri.endswith((".toml", BASELINE)):
            return True
        if not is_yaml(uri):
            return False
        return document is None or any(kind in document.edited.text for kind in (*CATALOGUE_KINDS, "Host"))

    # Linting

    def lint_soon(self) -> None:
        """Lint after a short pause, unless something else changes before."""
        if self._linting is not None:
            self._linting.cancel()
        pause = PAUSE if self._took <= QUICK else min(self._took, LONGEST_PAUSE)
        self._linting = asyncio.ensure_future(self._lint(pause))

    async def _lint(self, pause: float) -> None:
        await asyncio.sleep(pause)
        try:
            if (scan := self.bench.manifests.to_scan()) is not None:
                await asyncio.to_thread(scan)
            begun = time.perf_counter()
            found = await self._found_in_all()
            self._took = time.perf_counter() - begun
            self._publish(found)
        except Exception:
            log.exception("linting failed")

    async def _found_in_all(self) -> dict[str, list[types.Diagnostic]]:
        """Return what to show, by the address of the document; what was edited last is linted first."""
        found: dict[str, list[types.Diagnostic]] = {}
        for document in reversed([*self.documents]):
            about = self.bench.found(document)
            found[document.uri] = self.shown(about)
            for each in about.elsewhere:
                found.setdefault(address(each.place.file, self.documents), []).append(self._shown(each))
            await asyncio.sleep(0)
        self.bench.forget_others()
        return found

    def shown(self, found: Found) -> list[types.Diagnostic]:
        """Return what is found in a document, as the editor shows it."""
        return [failed(found.failure)] if found.failure else [*map(self._shown, found.here)]

    def _shown(self, found: Diagnostic) -> types.Diagnostic:
        return shown(found, self.documents, self.bench.docs_url(found.place.file))

    def _publish(self, found: dict[str, list[types.Diagnostic]]) -> None:
        """Show what was found: to an editor that asks for itself, that it should ask again."""
        now = {uri: (self._version(uri), each) for uri, each in found.items()}
        none = None, list[types.Diagnostic]()
        changed = sorted(
            uri for uri in {*self._published, *now} if self._published.get(uri, none) != now.get(uri, none)
        )
        for uri in changed:
            version, each = now.get(uri, none)
            if version is None or not self.pulls:
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, each, version))
        shown_before = {uri: each for uri, (_, each) in self._published.items()}
        self._published = now
        if self.pulls and self.refreshes and any(shown_before.get(uri) != found.get(uri) for uri in changed):
            self.workspace_diagnostic_refresh(None)

    def _version(self, uri: str) -> int | None:
        document = self.documents.at(uri)
        return document.version if document is not None else None

    # The editor

    @property
    def pulls(self) -> bool:
        """Whether the editor asks for diagnostics, so that they must not be sent to it as well."""
        text_document = self.client_capabilities.text_document
        return text_document is not None and text_document.diagnostic is not None

    @property
    def refreshes(self) -> bool:
        """Whether the editor can be told that it should ask again."""
        workspace = self.client_capabilities.workspace
        return bool(workspace and workspace.diagnostics and workspace.diagnostics.refresh_support)

    @property
    def versioned(self) -> bool:
        """Whether the editor takes edits of a version of a document."""
        workspace = self.client_capabilities.workspace
        return bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)

    def watch_files(self) -> None:
        """Ask the editor to tell of files that change on disk."""
        workspace = self.client_capabilities.workspace
        watched = workspace and workspace.did_change_watched_files
        if not watched or not watched.dynamic_registration:
            return
        names = {OWN, SHARED, "*.{yaml,yml,json}"}
        names |= {name for reader in self.bench.settings.by_file.readers for name in reader.patterns}
        watchers = [types.FileSystemWatcher(f"**/{name}") for name in sorted(names)]
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration("vmlint-files", method, options)
        self.client_register_capability(types.RegistrationParams([registration]))

    def note_parent(self, process: int | None) -> None:
        """Note which process the editor is, where that can be seen: it may be outside of a container."""
        self._parent = process if process is not None and os.name != "nt" and _is_alive(process) else None

    async def watch_parent(self) -> None:
        """Leave when the editor is gone, although another process may still hold standard input open."""
        if self._parent is None:
            return
        while _is_alive(self._parent):
            await asyncio.sleep(LOOK_FOR_PARENT)
        log.warning("the editor (process %d) is gone", self._parent)
        sys.stderr.flush()
        os._exit(1)  # a thread still waits for standard input

    def report_server_error(self, error: Exception, source: type[PyglsError] | type[JsonRpcException]) -> None:
        """Write an error to the editor's log. It does not end the session."""
        log.error("%s: %s", source.__name__, error)
        message = types.LogMessageParams(types.MessageType.Error, f"{source.__name__}: {error}")
        self.window_log_message(message)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's
    return True


def serve(server: Server) -> int:
    """Speak with the editor until it leaves, and return the exit status: 1 where it left without a word."""
    server.start_io(sys.stdin.buffer, _protocol_only())
    return 0 if server.was_shut_down else 1


def _protocol_only() -> BinaryIO:
    """Return standard output for the protocol, and send to standard error what anything else writes to it."""
    stdout = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(stdout, "wb")
