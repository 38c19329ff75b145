"""One bad thing never takes the results of the others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vmlint.cli import run

FLAWED = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: flawed}
spec:
  guest: {os: windows-server-2022}
  deployment: {architecture: para-virtualization, platform: xen, mode: pv}
"""
CHECK = [sys.executable, "-m", "vmlint", "check", "--no-cache", "--format", "concise"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.vmlint.yaml").write_text(FLAWED)
    yield tmp_path
    for each in tmp_path.glob("*"):
        each.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may look into every folder")
@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111, 0o666])
def test_a_folder_without_permission(mode: int, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "closed").mkdir()
    (folder / "closed" / "w.vmlint.yaml").write_text(FLAWED)
    (folder / "closed").chmod(mode)
    assert run(["check", "--format", "concise", "."]) == 1
    out = capsys.readouterr().out
    assert "closed" in out
    assert "VM901" in out
    assert "w.vmlint.yaml:5:15: error VM301" in out


def test_folders_that_fail_to_be_looked_into(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "closed").mkdir()
    looked = os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return looked(path)

    monkeypatch.setattr(os, "scandir", refused)
    assert run(["check", "--format", "concise", "."]) == 1
    out = capsys.readouterr().out
    assert "closed:1:1: error VM901" in out
    assert "w.vmlint.yaml:5:15: error VM301" in out


def test_folders_nested_very_deep(folder: Path) -> None:
    deep = 1_500
    for _ in range(deep):
        Path("d").mkdir()
        os.chdir("d")
        Path("w.vmlint.yaml").write_text(FLAWED)
    os.chdir(folder)
    found = subprocess.run([*CHECK, "."], capture_output=True, text=True, check=False, timeout=60)
    assert found.returncode == 1, found.stderr
    lines = found.stdout.splitlines()
    assert sum("VM301" in line for line in lines) == 128
    assert sum("VM901" in line and "folders are looked into 128 deep" in line for line in lines) == 1
    for _ in range(deep):  # deeper than what removes a temporary folder can go
        os.chdir("d")
    for _ in range(deep):
        Path("w.vmlint.yaml").unlink()
        os.chdir("..")
        Path("d").rmdir()


@pytest.mark.parametrize("now", ["gone", "folder", "fifo", "link out"])
def test_a_file_that_changes_while_the_run_goes_on(
    now: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from vmlint.run.files import Files

    (folder / ".git").mkdir()
    (folder / "compose.yaml").write_text("services: {a: {image: centos:6, privileged: true}}\n")
    (folder / "over.vmlint.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: a}\nsource: {file: compose.yaml}\nspec: {}\n"
    )
    taken = Files.take

    def changed(files: Files, name: str) -> object:
        place = folder / "compose.yaml"
        if name.endswith("compose.yaml") and place.is_file():
            files._opened.clear()
            files._seen.clear()
            place.unlink()
            if now == "folder":
                place.mkdir()
            elif now == "fifo":
                os.mkfifo(place)
            elif now == "link out":
                place.symlink_to("/etc/passwd")
        return taken(files, name)

    monkeypatch.setattr(Files, "take", changed)
    assert run(["check", "--no-cache", "--format", "concise", "."]) == 1
    out = capsys.readouterr().out
    assert "compose.yaml:1:1: error VM901" in out
    assert "w.vmlint.yaml:5:15: error VM301" in out
    assert "root:" not in out


@pytest.mark.parametrize("option", ["-O", "-OO"])
def test_without_docstrings(option: str, folder: Path) -> None:
    python = [sys.executable, option, "-m", "vmlint"]
    found = subprocess.run([*python, "check", "."], capture_output=True, text=True, check=False)
    assert found.returncode == 1, found.stderr
    assert "VM301" in found.stdout
    page = subprocess.run([*python, "explain", "VM301"], capture_output=True, text=True, check=False)
    assert "Why" in page.stdout


def test_python_m_imports_nothing_from_the_current_folder(folder: Path) -> None:
    for name in ("yaml", "rich", "argparse", "vmlint_rules", "difflib"):
        (folder / f"{name}.py").write_text(f"open('pwned-{name}', 'w')\n")
    (folder / "evil-1.0.dist-info").mkdir()
    (folder / "evil-1.0.dist-info" / "METADATA").write_text("Name: evil\nVersion: 1.0\n")
    (folder / "evil-1.0.dist-info" / "entry_points.txt").write_text("[vmlint]\nevil = evil\n")
    (folder / "evil.py").write_text("open('pwned-evil', 'w')\n")
    found = subprocess.run([*CHECK, "."], capture_output=True, text=True, check=False)
    assert found.returncode == 1, found.stderr
    assert "w.vmlint.yaml:5:15: error VM301" in found.stdout
    assert not list(folder.glob("pwned-*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("form", ["concise", "json", "sarif"])
def test_an_interrupted_run_reports_what_it_has(number: signal.Signals, form: str, folder: Path) -> None:
    script = f"""
import os, signal, sys
from vmlint.run.linter import Linter
lint = Linter.__call__
def slow(self, name):
    if name.endswith("z.vmlint.yaml"):
        os.kill(os.getpid(), {int(number)})
    return lint(self, name)
Linter.__call__ = slow
from vmlint.cli import main
main(["check", "--no-cache", "--jobs", "1", "--format", "{form}", "."])
"""
    (folder / "z.vmlint.yaml").write_text(FLAWED)
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert found.returncode == 128 + number, found.stderr
    assert "VM301" in found.stdout
    assert "ended by a signal after 1 of 2 files: this is not all" in found.stderr
    if form == "json":
        assert json.loads(found.stdout)["summary"]["interrupted"] is True
    if form == "sarif":
        assert json.loads(found.stdout)["runs"][0]["invocations"][0]["executionSuccessful"] is False
