"""Where the catalogue's own data files lie, and how one is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

BUILTIN = Path(__file__).parent


def read_data(file: Path) -> Any:
    """Read one data file of the catalogue (trusted: vmlint's own or an installed plugin's)."""
    return yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
