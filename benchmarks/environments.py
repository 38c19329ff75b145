"""A virtual environment for each measured tool, so that none of them changes another one or the project's own."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOT_COPIED = (".git", ".venv", "build", "dist", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis")
_DONE = "installed"
"""A file in each complete environment: one whose installation was interrupted is made anew."""


def default_folder() -> Path:
    """Return where the environments are kept: in the user's cache, by version of Python."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / "vmlint-benchmarks" / f"python-{platform.python_version()}"


def with_packages(folder: Path, *packages: str) -> Path | None:
    """Return the ``bin`` of an environment with the newest versions of packages, or ``None`` if they cannot be had.

    An environment that is there is used as it is: remove it to get newer versions.
    """
    if not (folder / _DONE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        installed = _pip(folder, "install", *packages)
        if installed.returncode:
            sys.stderr.write(f"{' '.join(packages)}: not available\n{installed.stderr.decode(errors='replace')}")
            return None
        (folder / _DONE).touch()
    return folder / "bin"


def with_this_vmlint(folder: Path) -> Path:
    """Return the ``bin`` of a new environment with the wheel of the checked-out files.

    An editable installation would be slower to start: its imports go through a finder. The wheel is built from a copy,
    because a folder ``build`` that is there already would add old modules to it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*NOT_COPIED))
    for arguments in (("wheel", "--no-deps", "--wheel-dir", str(folder), str(source)), ("install", "WHEEL")):
        wheel = next(map(str, folder.glob("*.whl")), "")
        done = _pip(folder, *(wheel if each == "WHEEL" else each for each in arguments))
        if done.returncode:
            raise OSError(f"pip {arguments[0]} failed:\n{done.stderr.decode(errors='replace')}")
    return folder / "bin"


def versions(folder: Path) -> str:
    """Return the packages of an environment with their versions, as ``name version, …``."""
    listed = _pip(folder, "list", "--format=freeze", "--exclude", "pip", "--exclude", "setuptools")
    return ", ".join(line.replace("==", " ") for line in listed.stdout.decode().split())


def version(folder: Path, package: str) -> str:
    """Return the version of one package of an environment."""
    wanted = (each.split() for each in versions(folder).split(", "))
    return next((number for name, number in wanted if name.lower() == package), "unknown")


def _pip(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    quiet = ("--quiet",) if arguments[0] != "list" else ()
    command = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", *quiet, *arguments]
    return subprocess.run(command, capture_output=True, check=False)
