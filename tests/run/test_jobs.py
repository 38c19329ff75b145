"""Many files are linted by several processes, and nobody can tell from what they say."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = 300  # more than LEAST for processes that are forked
FORMATS = ("text", "concise", "json")
SPAWNING = """
import sys
from vmlint.run import jobs
jobs.Jobs.start_method = property(lambda _: "spawn")
jobs.LEAST["spawn"] = 2
from vmlint.cli import main
main(sys.argv[1:])
"""
KILLED = """
import os, signal, sys
from vmlint.run import linter
first, lint = os.getpid(), linter.Linter.__call__
def killed(self, name):
    if os.getpid() != first and name.endswith("77.yaml"):
        os.kill(os.getpid(), signal.SIGKILL)
    return lint(self, name)
linter.Linter.__call__ = killed
from vmlint.cli import main
main(sys.argv[1:])
"""
SLOW = """
import sys, time
from vmlint.run import linter
lint = linter.Linter.__call__
def slow(self, name):
    time.sleep(0.2)
    return lint(self, name)
linter.Linter.__call__ = slow
from vmlint.cli import main
main(sys.argv[1:])
"""

forking = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of many files: healthy, faulty and broken ones, of several formats, with hosts and overlays."""
    root = tmp_path_factory.mktemp("many")
    (root / "vmlint.toml").touch()
    shutil.copytree(ROOT / "examples", root / "examples")
    sources = sorted((root / "examples" / "healthy").glob("*.yaml"))
    for number in range(FILES):
        source = sources[number % len(sources)]
        text = source.read_text().replace("hostRef: ../hosts", "hostRef: examples/hosts")
        (root / f"{number}.yaml").write_text(text.replace("\n  name: ", f"\n  name: n{number}-"))
    (root / "broken.vmlint.yaml").write_text("apiVersion: vmlint/v1\nkind: [")
    return root


def vmlint(folder: Path, *arguments: str, code: str = "") -> tuple[int, bytes, bytes]:
    start = ["-c", code] if code else ["-m", "vmlint"]
    command = [sys.executable, *start, "check", "--today", "2026-11-22", *arguments, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=100)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
@forking
def test_any_number_of_processes_says_the_same(many: Path, tmp_path: Path) -> None:
    def reports(number: int) -> tuple[int, list[bytes]]:
        files = [tmp_path / f"{number}.{shape}" for shape in FORMATS]
        outputs = [f"--output={shape}:{file}" for shape, file in zip(FORMATS, files, strict=True)]
        return vmlint(many, *outputs, "--jobs", str(number))[0], [file.read_bytes() for file in files]

    alone = reports(1)
    assert alone[0] == 1
    assert min(report.count(b"\n") for report in alone[1]) > FILES / 10
    for number in (2, 3):
        assert reports(number) == alone


@pytest.mark.slow
def test_processes_that_start_anew_say_the_same(many: Path) -> None:
    options = ("--format", "json", "--profile", "strict", "--ignore", "VM704", "--host", "examples/hosts/kvm-node.yaml")
    host = sorted((many / "examples" / "hosts").glob("*.yaml"))[0].relative_to(many)
    options = (*options[:-1], str(host))
    assert vmlint(many, *options, "--jobs", "2", code=SPAWNING) == vmlint(many, *options, "--jobs", "1")


@pytest.mark.slow
@forking
def test_files_of_a_killed_process_are_linted_by_another(many: Path) -> None:
    status, stdout, stderr = vmlint(many, "--format", "json", "--jobs", "2", code=KILLED)
    assert (status, stdout) == vmlint(many, "--format", "json", "--jobs", "1")[:2]
    assert stderr.count(b"vmlint: a process was killed, and its files were linted by another one") == 1


@pytest.mark.slow
@forking
def test_an_interrupt_ends_all_processes(many: Path) -> None:
    command = [sys.executable, "-c", SLOW, "check", "--jobs", "2", "."]
    process = subprocess.Popen(
        command, cwd=many, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while len(_members(process.pid)) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in stderr
    assert _members(process.pid) == []


@pytest.mark.slow
@forking
def test_no_process_outlives_the_first(many: Path) -> None:
    command = [sys.executable, "-c", SLOW, "check", "--jobs", "2", "."]
    process = subprocess.Popen(command, cwd=many, stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 60
    while len(_members(process.pid)) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    process.kill()
    process.wait()
    while _members(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _members(process.pid) == []


def _members(session: int) -> list[int]:
    """Return the processes of a session that have not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(folder.name))
    return found


@pytest.mark.parametrize("word", ["0", "-1", "many", "257", "²"])
def test_a_number_of_processes_that_is_none(tmp_path: Path, word: str) -> None:
    status, stdout, stderr = vmlint(tmp_path, f"--jobs={word}")
    assert (status, stdout) == (2, b"")
    assert f"{word!r} is not a number from 1 to 256" in stderr.decode()
