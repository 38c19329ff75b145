"""Count what ``vmlint check`` does: the modules that it imports, and the Python functions that it calls.

Unlike times, counts are the same on every machine and under every load, so a test can hold them under a ceiling.
``python -m benchmarks.counts`` prints them; with ``--write``, it sets the ceilings anew, with room above each count.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks import corpus
from benchmarks.environments import ROOT
from benchmarks.results import table

CEILINGS = ROOT / "tests" / "benchmarks" / "ceilings.json"
ROOM = 1.15
"""A ceiling as a multiple of the count at which it was set: versions of Python and of libraries differ a little."""
PROBE = Path(__file__).parent / "probe.py"
LIKE_THE_FIRST = len(corpus.HEALTHY)
"""The number of the manifest that has other sizes and counts than the first one, but the same kind of platform."""
FILES: Mapping[str, str] = {
    "clean.yaml": corpus.manifest(0),
    "clean-again.yaml": corpus.manifest(0).replace("name: ", "name: again-", 1),
    "clean-other.yaml": corpus.manifest(LIKE_THE_FIRST),
    "clean-alike.yaml": corpus.manifest(LIKE_THE_FIRST, alike=True),
    "flagged.yaml": corpus.manifest(0, 100),
    "flagged-again.yaml": corpus.manifest(0, 100).replace("name: ", "name: again-", 1),
    "flagged-other.yaml": corpus.manifest(LIKE_THE_FIRST, 100),
    "flagged-alike.yaml": corpus.manifest(LIKE_THE_FIRST, 100, alike=True),
    "compose.yaml": corpus.native(0)[1],
    "compose-again.yaml": corpus.native(0)[1],
    "compose-other.yaml": corpus.native(len(corpus.NATIVE))[1],
}
"""What is checked. ``probe`` reads these names."""


def as_installed(folder: Path) -> Path:
    """Return a folder in which the checked-out packages stand as in an installed wheel.

    What an editable installation imports to find them would hide that vmlint imports it too.
    """
    package = folder / "vmlint"
    package.mkdir(parents=True)
    for path in (ROOT / "vmlint").iterdir():
        (package / path.name).symlink_to(path)
    (package / "schemas").symlink_to(ROOT / "schemas")
    (folder / "vmlint_rules").symlink_to(ROOT / "rules")
    return folder


def counts(folder: Path) -> dict[str, int]:
    """Count in a new process, without the packages that the tests or a coverage report bring. ``folder`` is empty."""
    site = as_installed(folder / "site")
    for name, text in FILES.items():
        (folder / name).write_bytes(text.encode())
    environment = {
        "PYTHONPATH": os.pathsep.join([str(site), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]),
        "PYTHONHASHSEED": "0",
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PATH": os.environ.get("PATH", ""),
    }

    def python(*words: str) -> str:
        ran = subprocess.run(
            [sys.executable, "-S", "-P", *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise RuntimeError(f"{' '.join(words)} ended with status {ran.returncode}:\n{ran.stdout}{ran.stderr}")
        return ran.stdout

    cache_off = ["--no-cache"] if "--no-cache" in python("-m", "vmlint", "check", "--help") else []
    found: dict[str, int] = ast.literal_eval(python(str(PROBE), "check", "--today", corpus.TODAY, *cache_off))
    return found


def ceilings() -> dict[str, int]:
    """Return what no count may exceed."""
    found: dict[str, int] = json.loads(CEILINGS.read_text("utf-8"))
    return found


def main() -> None:
    """Print the counts, and write the ceilings if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.counts", description=__doc__)
    parser.add_argument("--write", action="store_true", help="set the ceilings anew")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = counts(Path(folder))
    if options.write:
        CEILINGS.write_text(json.dumps({what: round(count * ROOM) for what, count in found.items()}, indent=2) + "\n")
    above = ceilings() if CEILINGS.exists() else {}
    lines = ((what, f"{count:,}", f"{above[what]:,}" if what in above else "") for what, count in found.items())
    print(table(("what", "count", "ceiling"), lines, (1, 2)))


if __name__ == "__main__":
    main()
