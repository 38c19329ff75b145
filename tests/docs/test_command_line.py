"""Completion in real shells, and the man page in real viewers. Files of ``share/`` that are old fail another test."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

from vmlint.cli import COMMANDS

ROOT = Path(__file__).parents[2]
SHARE = ROOT / "share"
BASH = SHARE / "bash-completion" / "completions" / "vmlint"
ZSH = SHARE / "zsh" / "site-functions" / "_vmlint"
FISH = SHARE / "fish" / "vendor_completions.d" / "vmlint.fish"
MAN = SHARE / "man" / "man1" / "vmlint.1"

COMPLETED = [
    ("vmlint expl", "explain"),
    ("vmlint check --fail-o", "--fail-on --fail-on-skipped"),
    ("vmlint check --fail-on war", "warning"),
    ("vmlint check --on xcp", "xcp-ng"),
    ("vmlint explain VM30", "VM301 VM302 VM303 VM304 VM305 VM306 VM307"),
    ("vmlint schema wor", "workload"),
    ("vmlint check exam", "examples"),
]


def needs(command: str) -> str:
    found = shutil.which(command)
    if found is None:
        pytest.skip(f"{command} is not installed")
    return found


def said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(("line", "expected"), COMPLETED)
def test_bash_completes(line: str, expected: str) -> None:
    asked = f"""
        source {BASH}
        COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}
        function=$(complete -p vmlint); function=${{function##*-F }}; function=${{function%% *}}
        $function vmlint "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
        echo "${{COMPREPLY[@]}}"
    """
    assert said(needs("bash"), "-u", "+u", "-c", asked).split() == expected.split()


@pytest.mark.parametrize(("line", "expected"), COMPLETED)
def test_fish_completes(line: str, expected: str) -> None:
    offered = said(needs("fish"), "--no-config", "-c", f"source {FISH}; complete --do-complete '{line}'")
    words = [each.split("\t")[0].rstrip("/") for each in offered.splitlines()]
    assert words == expected.split()


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals there")
@pytest.mark.parametrize(("line", "expected"), [each for each in COMPLETED if " " not in each[1]])
def test_zsh_completes(line: str, expected: str, tmp_path: Path) -> None:
    import pty

    zsh = needs("zsh")
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.environ.update(TERM="dumb", ZDOTDIR=str(tmp_path))
        os.execv(zsh, [zsh, "-f", "-i"])
    try:
        screen = ""
        set_up = (
            f"fpath=({ZSH.parent} $fpath); autoload -Uz compinit; compinit -u -D; bindkey '^I' complete-word;"
            "show() { print -r -- \"<$BUFFER>\" }; zle -N show; bindkey '^O' show; print rea''dy\n"
        )
        os.write(terminal, set_up.encode())
        screen = _until(terminal, "ready")
        os.write(terminal, f"{line}\t\x0f".encode())
        screen = _until(terminal, ">")
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)
    done = re.search(r"<([^>]*)>", screen)
    assert done, screen
    assert done[1].split()[-1].rstrip("/") == expected


def _until(terminal: int, word: str, patience: float = 20) -> str:
    """Read a terminal until it shows a word."""
    screen = ""
    last = time.monotonic() + patience
    while word not in screen and time.monotonic() < last:
        if select.select([terminal], [], [], 0.1)[0]:
            screen += os.read(terminal, 65536).decode("utf-8", "replace")
    return screen


@pytest.fixture(autouse=True)
def _generator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_every_file(command: str) -> None:
    texts = {file: file.read_text("utf-8") for file in (BASH, ZSH, FISH)}
    texts[MAN] = MAN.read_text("utf-8").replace("\\-", "-").partition(f".SH VMLINT {command.upper()}\n")[2]
    for option in import_module("command_line").options()[command] - {"-h", "--help"}:
        for file, text in texts.items():
            written = f"-l {option[2:]}" if file == FISH and option.startswith("--") else option
            assert written.removeprefix("-") in text, f"{option} is missing in {file}; run make docs"


@pytest.mark.parametrize(
    "viewer", [("groff", "-ww", "-man", "-Tutf8", "-P-c"), ("mandoc", "-T", "utf8", "-W", "error"), ("man", "-l")]
)
def test_man_page_is_shown_without_complaint(viewer: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    needs(viewer[0])
    monkeypatch.setenv("MANPAGER", "cat")
    monkeypatch.setenv("MANWIDTH", "80")
    shown = re.sub(r".\x08", "", said(*viewer, str(MAN)))
    assert "--fail-on error|warning|note" in shown
    assert "vmlint facts vm.xml > vm.vmlint.yaml" in shown
    assert "VMLINT EXPLAIN" in shown
