"""A real git repository for tests, which sees no settings of the developer's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

HERMETIC = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t",
    "GIT_AUTHOR_DATE": "2026-11-22T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-11-22T00:00:00Z",
}


class Repository:
    """A git repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run git in the root and return what it prints."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={**outside, **HERMETIC},
            input=stdin,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode().strip()

    def put(self, name: str, text: str) -> Path:
        """Write a file."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def commit(self, **files: str) -> str:
        """Write files, commit everything that is there, and return the commit's id."""
        for name, text in files.items():
            self.put(name, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a change")
        return self.git("rev-parse", "HEAD")
