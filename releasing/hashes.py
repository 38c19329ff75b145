"""Write ``build-requirements.txt``: what builds a release, in the versions of ``constraints.txt``, with its hashes.

Each file is fetched once, through pip, from wherever pip is set up to look. No host is named.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILE = ROOT / "build-requirements.txt"
NAMES = ("build", "packaging", "pyproject_hooks", "PyYAML", "setuptools")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORM = "manylinux2014_x86_64"


def main() -> None:
    """Write the file anew, under the comment that it has."""
    head = "".join(f"{line}\n" for line in FILE.read_text("utf-8").splitlines() if line.startswith("#"))
    versions = dict(re.findall(r"(?m)^(\S+)==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8")))
    FILE.write_text(head + "".join(_entry(name, versions[name]) for name in NAMES), "utf-8", newline="\n")


def _entry(name: str, version: str) -> str:
    hashes = dict.fromkeys(_hash(f"{name}=={version}", python) for python in PYTHONS)
    return " \\\n".join((f"{name}=={version}", *(f"    --hash=sha256:{each}" for each in hashes))) + "\n"


def _hash(requirement: str, python: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        target = ("--only-binary", ":all:", "--python-version", python, "--platform", PLATFORM)
        command = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, *target)
        subprocess.run([*command, requirement], check=True)
        (wheel,) = Path(folder).iterdir()
        return hashlib.sha256(wheel.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
