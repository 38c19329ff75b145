"""Where the catalogue's own data files lie, and how one is read."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml

BUILTIN = Path(__file__).parent


def read_data(file: Path) -> Any:
    """Read one data file of the catalogue (trusted: vmlint's own or an installed plugin's).

    vmlint's own stay as they are while it runs: each is parsed once, however many catalogues are made of them, and
    nobody changes what comes back.
    """
    return _own(file) if BUILTIN in file.parents else _parsed(file)


def _parsed(file: Path) -> Any:
    return yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


_own = functools.cache(_parsed)
