"""How a session begins and ends, and what does not end it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities

from tests.lsp.editor import COMMAND, codes, start, stop

if TYPE_CHECKING:
    from tests.conftest import Vmlint


def message(method: str, params: Any, number: int | None = None) -> bytes:
    body = {"jsonrpc": "2.0", "method": method, "params": params, **({} if number is None else {"id": number})}
    return framed(json.dumps(body).encode())


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


INITIALIZE = message("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, 1)
SHUTDOWN = message("initialized", {}) + message("shutdown", None, 2)
EXIT = message("exit", None)


def spoken(*messages: bytes) -> subprocess.CompletedProcess[bytes]:
    """Say something to a server, and close its standard input."""
    return subprocess.run(COMMAND, input=b"".join(messages), capture_output=True, timeout=60, check=False)


def answers(stdout: bytes) -> list[Any]:
    """Read what a server wrote: nothing but messages."""
    found = []
    while stdout:
        head, _, rest = stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ") for line in head.decode().split("\r\n"))
        length = int(fields["Content-Length"])
        found.append(json.loads(rest[:length]))
        stdout = rest[length:]
    return found


def test_without_the_extra(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmlint.cli.lsp.find_spec", lambda _: None)
    screen = vmlint("lsp")
    assert screen.stderr == 'vmlint lsp: error: the language server needs the extra `lsp`: pip install "vmlint[lsp]"\n'
    assert (screen.status, screen.stdout) == (2, "")


def test_a_session_with_broken_messages() -> None:
    """What is no message is answered or passed over, and the session goes on."""
    ended = spoken(
        INITIALIZE,
        message("initialized", {}),
        framed(b"{not json"),
        framed(b'{"jsonrpc": "2.0", "method": "textDocument/hover", "id": 7, "params": {"wrong": 1}}'),
        message("no/such/method", {}, 8),
        message("textDocument/didChange", {"wrong": True}),
        message("$/cancelRequest", {"id": 99}),
        message(
            "textDocument/hover",
            {"textDocument": {"uri": "file:///nowhere"}, "position": {"line": 0, "character": 0}},
            9,
        ),
        message("shutdown", None, 2),
        EXIT,
    )
    assert ended.returncode == 0
    by_id = {each.get("id"): each for each in answers(ended.stdout)}
    assert by_id[1]["result"]["serverInfo"]["name"] == "vmlint"
    assert by_id[1]["result"]["capabilities"]["positionEncoding"] == "utf-16"
    assert by_id[8]["error"]["code"] == -32601
    assert by_id[9]["result"] is None
    assert by_id[2]["result"] is None


def test_an_editor_that_leaves_without_a_word() -> None:
    assert spoken(INITIALIZE, EXIT).returncode == 1
    assert spoken(INITIALIZE).returncode == 1


PLUGIN = '''
import os
from vmlint.api import Severity, finding, hookimpl, rule

@rule("ACME001", "noisy", Severity.ERROR, sources=("acme",), since="1.0")
def noisy(workload):
    """It prints, and it crashes."""
    print("to the editor?", flush=True)
    os.write(1, b"to the editor?")
    raise ZeroDivisionError("on purpose")
    yield

@hookimpl
def vmlint_rules():
    return [noisy]
'''


def test_a_rule_that_prints_and_crashes(tmp_path: Path) -> None:
    """Its words go to standard error, its crash to the editor, and the session goes on."""
    (tmp_path / "acme.py").write_text(PLUGIN)
    about = tmp_path / "acme-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[vmlint]\nacme = acme\n")
    item = {"uri": (tmp_path / "compose.yaml").as_uri(), "languageId": "yaml", "version": 1}
    opened = message("textDocument/didOpen", {"textDocument": {**item, "text": "services:\n  a: {image: nginx}\n"}})
    pull = message("textDocument/diagnostic", {"textDocument": {"uri": item["uri"]}}, 5)
    ended = subprocess.run(
        COMMAND,
        input=b"".join((INITIALIZE, opened, pull, SHUTDOWN, EXIT)),
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), *sys.path))},
    )
    assert ended.returncode == 0
    (report,) = (each["result"] for each in answers(ended.stdout) if each.get("id") == 5)
    found = {each["code"]: each["message"] for each in report["items"]}
    assert "ZeroDivisionError: on purpose" in found["VM920"]
    assert b"to the editor?" in ended.stderr


@pytest.mark.skipif(os.name == "nt", reason="the end of standard input says so there")
@pytest.mark.asyncio
async def test_an_editor_that_dies() -> None:
    """The server leaves although its standard input stays open."""
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    params: dict[str, Any] = {"processId": editor.pid, "rootUri": None, "capabilities": {}}
    server = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert server.stdin is not None
    server.stdin.write(message("initialize", params, 1) + message("initialized", {}))
    assert server.stdout is not None
    await server.stdout.readuntil(b"\r\n\r\n")  # it watches from now on
    editor.communicate(b"\n")
    assert await asyncio.wait_for(server.wait(), 60) == 1
    server.stdin.close()


@pytest.mark.asyncio
async def test_an_editor_that_asks_for_diagnostics_itself(project: Path) -> None:
    capabilities = client_capabilities("visual-studio-code")
    assert capabilities.text_document is not None
    assert capabilities.workspace is not None
    capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities()
    capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    editor = await start(capabilities)
    over = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: a}\nspec: {REST}\n"
    native, manifest = project / "compose.yaml", project / "a.vmlint.yaml"
    one = editor.begin(native, "services:\n  web: {image: nginx, privileged: true}\n")

    async def asked() -> list[object]:
        about = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(one))
        report = await editor.client.text_document_diagnostic_async(about)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return codes(report.items)

    assert await asked() == ["VM407"]
    editor.begin(
        manifest,
        over.replace(
            "REST", "requirements: {isolation: {tenancy: untrusted-multi}}, deployment: {source: compose.yaml}"
        ),
    )
    assert "VM401" in await asked()
    async with asyncio.timeout(30):
        while not editor.client.diagnostic_refresh_count:
            await asyncio.sleep(0.01)
    assert not editor.shown
    assert await stop(editor) == 0


def test_a_malformed_request_is_answered() -> None:
    hover = message("textDocument/hover", {"textDocument": 7}, 5)
    said = spoken(INITIALIZE, hover, SHUTDOWN, EXIT)
    answered = {each["id"]: each for each in answers(said.stdout) if "id" in each}
    assert answered[5]["error"]["code"] in (-32602, -32603)
    assert (said.returncode, 2 in answered, b"Traceback" in said.stderr) == (0, True, False)
