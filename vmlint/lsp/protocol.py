"""The protocol, without the documents that pygls keeps.

It ends their lines also where the protocol does not (U+2028, form feed), so that an edit behind such a character would
go to another line than the editor means. vmlint keeps its own (:mod:`vmlint.lsp.documents`), through ordinary features.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method

Call = tuple[Any, tuple[Any, ...], None]
"""What pygls calls next: a feature and its arguments."""


def _in_one_line(record: logging.LogRecord) -> bool:
    """Leave the traceback out of what pygls logs of a malformed message: it is no fault of the server."""
    if record.exc_info and isinstance(record.exc_info[1], JsonRpcException):
        record.exc_info = None
    if str(record.msg).startswith("Unable to deserialize message"):
        record.msg, record.args = "a malformed message was refused", ()
    return True


for _name in ("pygls.protocol.json_rpc", "pygls.server"):
    logging.getLogger(_name).addFilter(_in_one_line)


class Protocol(LanguageServerProtocol):
    """Leaves documents to the features that vmlint registers for them."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message. A request that is malformed is answered too: the editor waits for that."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Iterator[Call]:
        """Hand on that a document was opened."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Iterator[Call]:
        """Hand on the edits of a document."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Iterator[Call]:
        """Hand on that a document was closed."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None
