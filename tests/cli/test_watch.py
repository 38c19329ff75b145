"""``vmlint check --watch`` as a real process in a folder of its own. Nothing waits for a fixed time, only for lines."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING

import pytest

from tests.conftest import manifest
from vmlint.run.watch import LONGEST, SHORTEST, Snapshot, changed, snapshot, wait

if TYPE_CHECKING:
    from tests.conftest import Vmlint

HANGS = 90
"""Seconds after which a process that says nothing is killed, so that its test fails."""


class Watching:
    """A running process."""

    def __init__(self, process: subprocess.Popen[bytes], output: IO[bytes]) -> None:
        self.process = process
        self._output = output

    def round(self) -> str:
        """Return what is said until it waits again."""
        said = ""
        for line in self._output:
            said += line.decode()
            if "Ctrl-C ends it" in said:
                return said
        raise AssertionError(f"it ended: {said}")

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C. Return the exit status and what is still said."""
        self.process.send_signal(signal.SIGINT)
        rest = b""
        with suppress(OSError):  # a terminal whose other end is closed
            rest = self._output.read()
        return self.process.wait(), rest.decode()


@contextmanager
def watching(*arguments: str, terminal: bool = False) -> Iterator[Watching]:
    """Start it in the current folder, and end it in any case."""
    ends = pty.openpty() if terminal else os.pipe()
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "100"}
    command = [sys.executable, "-P", "-m", "vmlint", "check", "--watch", "--today", "2026-11-22", *arguments]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=ends[1], stderr=ends[1], env=environment)
    os.close(ends[1])
    timer = Timer(HANGS, process.kill)
    timer.start()
    try:
        with os.fdopen(ends[0], "rb") as output:
            yield Watching(process, output)
    finally:
        timer.cancel()
        process.kill()
        process.wait()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "vmlint.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VMLINT_CACHE_DIR", str(tmp_path.parent / f"{tmp_path.name}-cache"))
    monkeypatch.delenv("VMLINT_NO_CACHE", raising=False)
    return tmp_path


@pytest.mark.slow
def test_whole_screen_in_a_pipe(project: Path, golden: Callable[[str, str], None]) -> None:
    vms = project / "vms"
    vms.mkdir()
    (vms / "hmi.vmlint.yaml").write_text(manifest())
    with watching("--format", "concise", ".") as seen:
        screen = seen.round()
        (vms / "hmi.vmlint.yaml").write_text(manifest(guest="debian12"))
        screen += seen.round()
        (vms / "new.vmlint.yaml").write_text(manifest("new"))
        screen += seen.round()
        vms.rename(project.parent / f"{project.name}-gone")  # both files at once
        screen += seen.round()
        (project / "vmlint.toml").write_text('profil = "strict"\n')
        screen += seen.round()
        (project / "vmlint.toml").write_text("")
        screen += seen.round()
        (project / "hmi.vmlint.yaml").write_text("apiVersion: vmlint/v1\nkind: Workload\nspec: {\n")
        screen += seen.round()
        status, rest = seen.interrupt()
    golden("check/watch.txt", screen)
    assert (status, rest) == (130, "")
    assert "Traceback" not in screen
    assert "\x1b" not in screen


@pytest.mark.slow
def test_what_belongs_to_a_file_is_watched_too(project: Path) -> None:
    stated = manifest("w", "debian12", "  hostRef: hosts/a.yaml\n").replace("  host: {virtualized: false}\n", "")
    (project / "w.vmlint.yaml").write_text(stated)
    (project / "hosts").mkdir()
    host = "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: a}\nspec: {virtualized: false}\n"
    (project / "hosts" / "a.yaml").write_text(host)
    with watching("--format", "concise", "w.vmlint.yaml") as seen:
        assert "VM914" not in seen.round()
        (project / "hosts" / "a.yaml").unlink()
        said = seen.round()
        assert said.startswith("vmlint: changed: hosts/a.yaml\n")
        assert "VM914" in said
        (project / "over.vmlint.yaml").write_text(
            "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: over}\nspec:\n  environment: dev\n"
            "  deployment: {source: {file: w.vmlint.yaml, name: w}}\n"
        )
        assert "changed: over.vmlint.yaml" in seen.round()


@pytest.mark.slow
def test_a_terminal_is_cleared(project: Path) -> None:
    (project / "w.vmlint.yaml").write_text(manifest("w"))
    with watching(terminal=True) as seen:
        first = seen.round()
        (project / "w.vmlint.yaml").write_text(manifest("w", "debian12"))
        second = seen.round()
        status, _ = seen.interrupt()
    assert first.startswith("\x1b[H\x1b[2J\x1b[3J")
    assert "error[VM301]" in first
    assert second.startswith("\x1b[H\x1b[2J\x1b[3Jvmlint: changed: w.vmlint.yaml\r\n")
    assert "VM301" not in second
    assert status == 130


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "standard input is read once"),
        (["--format", "json"], "use --format text or concise"),
        (["--output", "concise:found.txt"], "use --format text or concise"),
        (["--fix"], "--fix is for a run of its own"),
        (["--diff"], "--diff is for a run of its own"),
        (["--unsafe-fixes"], "--unsafe-fixes is for a run of its own"),
        (["--format", "html", "."], "use --format text or concise"),
    ],
)
def test_what_cannot_be_watched(arguments: list[str], said: str, vmlint: Vmlint) -> None:
    seen = vmlint("check", "--watch", *arguments)
    assert (seen.status, seen.stdout) == (2, "")
    assert said in seen.stderr


def test_it_waits_until_files_rest() -> None:
    looks: list[Snapshot] = [{"a": (1, 1)}, {"a": (2, 2)}, {"a": (3, 3), "b": (1, 1)}, {"a": (3, 3), "b": (1, 1)}]
    coming = iter(looks)
    slept: list[float] = []
    assert wait(looks[0], lambda: next(coming), slept.append) == ["a", "b"]
    assert len(slept) == 3
    assert all(SHORTEST <= seconds <= LONGEST for seconds in slept)


def test_what_changes_back_is_no_change() -> None:
    looks: list[Snapshot] = [{"a": (1, 1)}, {"a": (2, 2)}, {"a": (1, 1)}, {"a": (1, 1)}, {}, {}]
    coming = iter(looks)
    assert wait(looks[0], lambda: next(coming), lambda _: None) == ["a"]
    assert not [*coming]


def test_what_is_looked_at(project: Path) -> None:
    for name in (
        "sub/w.vmlint.yaml",
        "sub/notes.txt",
        "sub/main.tf",
        "other/host.yaml",
        "other/main.tf",
        "sub/vmlint.toml",
    ):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).touch()
    (project / ".git").mkdir()
    (project / ".gitignore").write_text("kept-out.yaml\n")
    (project / "sub" / "kept-out.yaml").touch()
    (project.parent / "given.yaml").touch()
    given = str(project.parent / "given.yaml")
    seen = snapshot(["sub", "sub/main.tf"], [given], lambda name: name.endswith(".tf"))
    names = {os.path.relpath(name, project) for name in seen}
    assert names == {
        "vmlint.toml",
        "sub/w.vmlint.yaml",
        "sub/main.tf",
        "sub/vmlint.toml",
        "other/host.yaml",
        "../given.yaml",
    }
    assert changed(seen, {**seen, given: (9, 9)}) == [given]
