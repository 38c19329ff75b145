"""The measured tools: vmlint, as installed from one or several wheels, and its peers."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.corpus import TODAY
from benchmarks.environments import version, with_packages


class Vmlint(NamedTuple):
    """An installed vmlint."""

    label: str
    program: Path
    version: str
    caches: bool
    """Whether it keeps results between runs, so that it is measured with and without."""

    def check(self, *words: str, cache: bool) -> list[str]:
        """Return the command line that checks something, with its cache of results or without."""
        off = ["--no-cache"] if self.caches and not cache else []
        return [str(self.program), "check", "--today", TODAY, *off, *words]


class Peer(NamedTuple):
    """Another linter."""

    name: str
    """Of the tool, its package and its program."""
    words: Sequence[str]
    """Its command line; FOLDER, FILES and SCHEMA are replaced."""
    reads: str
    """``manifests``, ``workflows`` or ``kubernetes``: which of the generated files it checks."""
    checks: str
    """What it looks for, for whoever compares the figures."""
    slow: bool = False
    """It takes long for each file: more than a hundred are read in one round only."""
    most: int = 100_000
    """The largest set on which it is run."""


PEERS = (
    Peer("yamllint", ("-d", "relaxed", "FOLDER"), "manifests", "the style of YAML (Python)", slow=True, most=10_000),
    Peer("ryl", ("check", "--no-cache", "-d", "extends: relaxed", "FOLDER"), "manifests",
         "the same rules of style as yamllint (Rust, all cores)"),
    Peer("check-jsonschema", ("--schemafile", "SCHEMA", "FILES"), "manifests",
         "vmlint's own JSON Schema of a workload (Python)", slow=True, most=1_000),
    Peer("zizmor", ("--offline", "--quiet", "FOLDER"), "workflows",
         "the security of workflows of GitHub Actions (Rust)", most=10_000),
)  # fmt: skip
CHECKOV = Peer("checkov", ("--framework", "kubernetes", "--quiet", "--compact", "--soft-fail", "--skip-download",
               "--directory", "FOLDER"), "kubernetes", "the security of Kubernetes objects (Python)",
               slow=True, most=100)  # fmt: skip
"""Only measured on request: its start alone takes seconds."""


class Installed(NamedTuple):
    """A peer in its environment; without a program if it could not be installed."""

    peer: Peer
    program: Path | None
    version: str

    def command(self, folder: Path, schema: Path) -> list[str]:
        """Return the command line that checks a folder from within."""
        words = [str(self.program)]
        for word in self.peer.words:
            if word == "FILES":
                words += sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
            else:
                words.append({"FOLDER": ".", "SCHEMA": str(schema)}.get(word, word))
        return words


def install(peer: Peer, environments: Path) -> Installed:
    """Install a peer, or tell that it is not available."""
    folder = environments / peer.name
    programs = with_packages(folder, peer.name)
    if programs is None:
        return Installed(peer, None, "not available")
    return Installed(peer, programs / peer.name, version(folder, peer.name))


def vmlint(label: str, program: Path, more: str = "") -> Vmlint:
    """Look at an installed vmlint. Raises ``OSError`` if it does not run."""
    told = _printed(program, "--version").removeprefix("vmlint ")
    return Vmlint(label, program, f"{told}{more}", "--no-cache" in _printed(program, "check", "--help"))


def _printed(program: Path, *words: str) -> str:
    return subprocess.run([program, *words], capture_output=True, text=True, check=True).stdout.strip()
