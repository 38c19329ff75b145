"""One input: it is read and judged, and must give findings at places that are there, or a clear error."""

from __future__ import annotations

import os
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from functools import cache
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

from tests.fuzz.subjects import Subject
from vmlint.cli import run
from vmlint.extend.plugins import load
from vmlint.lint.engine import by_stage, lint
from vmlint.lint.rulebook import Rulebook
from vmlint.reading.context import Context
from vmlint.reading.documents import read
from vmlint.reading.file import File

WEB = 'services:\n  web:\n    image: "nginx:1.29"\n    privileged: true\n'
JUDGED = 3
"""Workloads of a file that are judged."""
FORMATS = ("text", "concise", "json", "jsonl", "sarif", "html", "markdown", "junit", "checkstyle", "gitlab", "github")


class FuzzError(AssertionError):
    """What an input must not do."""


@cache
def _context() -> Context:
    installed = load()
    return Context(
        installed.catalog, date(2026, 11, 22), readers=installed.readers, host_readers=installed.host_readers
    )


@cache
def _rules() -> Rulebook:
    return Rulebook(by_stage(load().rules, "workload"))


def one(subject: Subject, data: bytes, *, whole: int | None = None) -> None:
    """Try an input. Raises :class:`FuzzError`, or what a crash raises. ``whole``: by the command line, in this format.

    The current folder is written to.
    """
    if subject.kind == "file" and whole is None:
        _judged(subject.name, data)
        return
    path = Path(subject.name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    try:
        if subject.kind == "host":
            _told("host", "--from", subject.name)
        elif subject.kind == "settings":
            Path("compose.yaml").write_text(WEB)
            named = path.parent / "vmlint.toml" if path.parent.name else None
            if named is not None:
                Path("vmlint.toml").write_text('catalog = ["catalog"]\n')
            _told("check", "--no-cache", "--today", "2026-11-22", "--format", FORMATS[(whole or 0) % len(FORMATS)], ".")
            if named is not None:
                Path("vmlint.toml").unlink()
        else:
            form = FORMATS[(whole or 0) % len(FORMATS)]
            _told("check", "--no-cache", "--today", "2026-11-22", "--format", form, subject.name)
    finally:
        path.unlink()


def _judged(name: str, data: bytes) -> None:
    """Read a file and judge its first workloads, without advice: it takes most of the time."""
    reading = read(File(name, data), _context())
    crashes = [*reading.crashes]
    lines = {text.name: len(text.text.splitlines()) + 1 for text in reading.texts}
    for fault in reading.faults:
        place = fault.place
        if place.line < 0 or place.line > lines.get(place.file, place.line):
            raise FuzzError(f"{fault.code} is at line {place.line} of {lines[place.file]}")
    for subject in reading.subjects[:JUDGED]:
        crashes += lint(subject.workload, _rules()).crashes
    if crashes:
        raise FuzzError("; ".join(map(str, crashes)))


def _told(*arguments: str) -> None:
    """Run a command line; its exit status must be one of those that mean something about the input."""
    out, said = TextIOWrapper(BytesIO(), encoding="utf-8", errors="surrogateescape"), StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        try:
            status = run([*arguments])
        except SystemExit as left:
            status = int(left.code or 0)
    out.flush()
    text = out.buffer.getvalue().decode("utf-8", "replace") if isinstance(out.buffer, BytesIO) else ""
    if status not in (0, 1, 2, 3) or "Traceback" in text + said.getvalue():
        raise FuzzError(f"status {status}: {said.getvalue()[-2000:]}")
    raw = [char for char in text + said.getvalue() if char < " " and char not in "\n\t"]
    if raw:
        raise FuzzError(f"raw control characters are printed: {raw[:5]!r}")


def inside(folder: Path) -> None:
    """Work in an empty folder, with nothing of the developer's environment."""
    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith(("VMLINT_", "GITHUB_"))]:
        del os.environ[name]
