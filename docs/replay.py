"""Run the commands of a hand-written page, so that the page shows what vmlint really prints.

A fenced block after ``<!-- file: NAME -->`` is a file. In a ``console`` block, lines that begin with ``$ vmlint`` or
``$ echo $?`` are run, in one folder for the whole page. Their output replaces the old output in the block.
"""

from __future__ import annotations

import os
import re
import shlex
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from vmlint import cli

TODAY = "2026-11-22"
_BLOCK = re.compile(r"(?:<!-- file: (\S+) -->\n+)?```(\w*)\n(.*?)^```$", re.S | re.M)


def files(page: str) -> dict[str, str]:
    """Return the files of a page by their names; of several with one name, the last."""
    return {name: text for name, _, text in _BLOCK.findall(page) if name}


def replayed(page: str) -> str:
    """Return a page with the current output of its commands."""
    settled = {"NO_COLOR": "1", "COLUMNS": "100", "FORCE_COLOR": "", "GITHUB_ACTIONS": ""}
    status = 0

    def replay(match: re.Match[str]) -> str:
        nonlocal status
        name, kind, text = match.groups()
        if name:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, "utf-8")
        if kind != "console":
            return match[0]
        lines = []
        for command in re.findall(r"^\$ (.+)$", text, re.M):
            printed, status = (f"{status}\n", 0) if command == "echo $?" else _run(command)
            lines.append(f"$ {command}\n{printed}")
        return match[0].replace(text, "".join(lines))

    with TemporaryDirectory() as folder, chdir(folder), patch.dict(os.environ, settled):
        return _BLOCK.sub(replay, page)


def _run(command: str) -> tuple[str, int]:
    words = shlex.split(command, comments=True)
    if words[0] != "vmlint":
        raise ValueError(f"{command!r}: only vmlint itself is replayed")
    judges = words[1] in ("check", "suggest") or words[1:3] in (["baseline", "write"], ["baseline", "update"])
    dated = ["--today", TODAY] if judges else []
    screen = TextIOWrapper(BytesIO(), "utf-8", newline="\n", write_through=True)
    with redirect_stdout(screen), redirect_stderr(screen):
        try:
            status = cli.run([*words[1:], *dated])
        except SystemExit as left:
            status = int(left.code or 0)
    screen.seek(0)
    return screen.read().rstrip() + "\n", status
