"""No temporary folder stays behind, however a run that compares revisions ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository import Repository

WAITING = """
import sys, time
from vmlint import cli
from vmlint.run import before

def wait(*_):
    print("the folder is there", flush=True)
    time.sleep(60)

before.gone = wait
cli.main(sys.argv[1:])
"""
COMPOSE = "services: {web: {image: 'nginx:1.27', privileged: true}}\n"
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@pytest.mark.skipif(sys.platform == "win32", reason="there, a process that is ended is not told")
@pytest.mark.parametrize("option", ["--since", "--policy-from"])
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_nothing_is_left_behind(tmp_path: Path, option: str, number: signal.Signals) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    repository = Repository(tmp_path / "here")
    repository.commit(**{"compose.yaml": COMPOSE})
    repository.put("vmlint.toml", 'profile = "strict"\n')  # so that the whole revision is needed
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING, "check", option, "HEAD"],
        cwd=repository.root,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    assert len(os.listdir(temporary)) == 1
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said, os.listdir(temporary)) == (128 + number, b"", [])
