"""Measure the language server as an editor meets it: from an edit to what is shown of it.

``python -m benchmarks.editor`` prints a table. Each file has about 300 lines, half of its workloads with findings. Each
edit changes one value, types a new line, or takes back what was changed; each waits for what the one before brought.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from benchmarks import corpus
from benchmarks.results import table

LINES = 300
FLAGGED = 50
"""Workloads with findings, of a hundred."""


class Case(NamedTuple):
    """A file that is edited."""

    title: str
    name: str
    text: str
    old: str
    new: str
    """One edit replaces a word by another, the next one takes it back."""


def cases() -> Iterator[Case]:
    """Yield the files."""
    manifests = _until(lambda number: corpus.manifest(number, FLAGGED), "---\n")
    yield Case("manifests", "fleet.vmlint.yaml", manifests, "environment: production", "environment: test")
    services = _until(
        lambda number: f"  s{number}:\n    image: nginx:1.27\n    privileged: {str(number % 2 > 0).lower()}\n"
    )
    yield Case("Compose file", "compose.yaml", f"services:\n{services}", "privileged: true", "privileged: false")
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{0}}}\n"
        "spec:\n  hostPID: {1}\n  containers: [{{name: a, image: b}}]\n"
    )
    pods = _until(lambda number: pod.format(number, str(number % 2 > 0).lower()), "---\n")
    yield Case("Kubernetes objects", "pods.yaml", pods, "hostPID: true", "hostPID: false")
    disks = _until(lambda number: f"    <disk type='file'><target dev='sd{number}' bus='sata'/></disk>\n")
    domain = (
        f"<domain type='kvm'>\n  <name>a</name>\n  <os><type>hvm</type></os>\n"
        f"  <devices>\n{disks}  </devices>\n</domain>\n"
    )
    yield Case("libvirt domain", "a.xml", domain, "bus='sata'", "bus='virtio'")


def _until(part: Any, between: str = "") -> str:
    """Join parts until the text has as many lines as it should."""
    text, number = "", 0
    while text.count("\n") < LINES:
        text += (between if text else "") + part(number)
        number += 1
    return text


class Editor:
    """Speaks with a server, with one message at a time."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._into: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self._from: BinaryIO = self._process.stdout  # type: ignore[assignment]
        self.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self.say("initialized", {})

    def say(self, method: str, params: Any, **more: Any) -> None:
        """Send a message."""
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        self._into.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._into.flush()

    def hear(self) -> Any:
        """Return the next message."""
        length = 0
        while line := self._from.readline().strip():
            name, _, value = line.partition(b": ")
            length = int(value) if name == b"Content-Length" else length
        return json.loads(self._from.read(length))

    def request(self, method: str, params: Any) -> Any:
        """Send a request, and return its result."""
        self.say(method, params, id=method)
        while (answer := self.hear()).get("id") != method:
            pass
        return answer["result"]

    def shown(self, uri: str, version: int) -> list[Any]:
        """Wait for what is shown of a version of a document."""
        while True:
            params = self.hear().get("params", {})
            if (params.get("uri"), params.get("version")) == (uri, version):
                found: list[Any] = params["diagnostics"]
                return found

    def leave(self) -> None:
        """End the session."""
        self.request("shutdown", None)
        self.say("exit", None)
        self._process.wait()


def measure(editor: Editor, case: Case, folder: Path, edits: int) -> list[str]:
    """Return a row of the table."""
    uri = (folder / case.name).as_uri()
    editor.say(
        "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "", "version": 0, "text": case.text}}
    )
    findings = len(editor.shown(uri, 0))
    lines = case.text.splitlines()
    places = [(number, line.index(case.old)) for number, line in enumerate(lines) if case.old in line]
    took = []
    for version in range(1, edits + 1):
        line, column = places[version // 2 % len(places)]
        old, new = (case.old, case.new) if version % 2 else (case.new, case.old)
        place = {"start": {"line": line, "character": column}, "end": {"line": line, "character": column + len(old)}}
        document = {"uri": uri, "version": version}
        begun = time.perf_counter()
        change = {"textDocument": document, "contentChanges": [{"range": place, "text": new}]}
        editor.say("textDocument/didChange", change)
        editor.shown(uri, version)
        took.append((time.perf_counter() - begun) * 1000)
    editor.say("textDocument/didClose", {"textDocument": {"uri": uri}})
    hundredths = statistics.quantiles(took, n=100)
    times = (hundredths[49], hundredths[94], max(took))
    return [case.title, str(len(lines)), str(findings), *(f"{each:.0f}" for each in times)]


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=200, help="edits of each file (default: 200)")
    parser.add_argument("command", nargs="*", default=[sys.executable, "-m", "vmlint", "lsp"], help="the server")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".git").mkdir()
        editor = Editor(options.command)
        rows = [measure(editor, case, Path(folder), options.edits) for case in cases()]
        editor.leave()
    print(table(["file", "lines", "findings", "p50 ms", "p95 ms", "slowest ms"], rows))


if __name__ == "__main__":
    main()
