"""The project of a file. References must stay inside it, and its settings apply to all of it."""

from __future__ import annotations

import os
from pathlib import Path

from vmlint import limits
from vmlint.door import read_bytes

OWN, SHARED = "vmlint.toml", "pyproject.toml"
"""Files that hold a project's settings: vmlint's file, and the one that other tools use too."""
BASELINE = "vmlint-baseline.json"
"""The file in the root of a project that holds its baseline, where nothing names another one."""
_TABLE = b"[tool.vmlint"


def as_written(path: str | Path, start: Path | None = None) -> str:
    """Return a path as its user would write it in a folder, the current one if none is given."""
    try:
        return os.path.relpath(path, start).replace(os.sep, "/")
    except ValueError:  # another drive
        return str(path)


def project_root(folder: Path) -> Path:
    """Return the project around a folder (absolute).

    It is the git repository; or else the nearest folder with vmlint's settings, here or above (an unpacked release has
    no ``.git``); or else the folder itself.
    """
    return marked_root(folder) or folder


def marked_root(folder: Path) -> Path | None:
    """Return the project around a folder if something marks it: ``.git``, or vmlint's settings."""
    return git_root(folder) or next(filter(_has_settings, (folder, *folder.parents)), None)


def project_of(folder: str | Path) -> Path:
    """Return the project of the files in a folder, from whose root machines name them: whichever folder is the current.

    It is the one of :func:`whole_root`; the current folder where nothing marks it.
    """
    real = Path(os.path.realpath(folder))
    return git_root(real) or _outermost(real) or Path(os.path.realpath(os.curdir))


def whole_root(folder: Path) -> Path:
    """Return the folder in which all files that the settings of a folder name must be.

    It is the git repository; or else the outermost folder with vmlint's settings, since a project has several of them.
    """
    return git_root(folder) or _outermost(folder) or folder


def _outermost(folder: Path) -> Path | None:
    """Return the outermost folder with vmlint's settings around a folder."""
    return next(filter(_has_settings, reversed((folder, *folder.parents))), None)


def git_root(folder: Path) -> Path | None:
    """Return the git repository around a folder (absolute); ``None`` outside a repository."""
    return next((each for each in (folder, *folder.parents) if os.path.lexists(each / ".git")), None)


def _has_settings(folder: Path) -> bool:
    if os.path.lexists(folder / OWN):
        return True
    try:
        return _TABLE in read_bytes(folder / SHARED, most=limits.SETTINGS_BYTES)
    except OSError:
        return False
