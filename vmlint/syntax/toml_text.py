"""Reading TOML with :mod:`tomllib`, without what makes it take time or memory without bounds, or fail otherwise."""

from __future__ import annotations

import tomllib
from typing import Any

from vmlint import limits
from vmlint.patterns import lazy_pattern

_NUMBER = lazy_pattern(r"(?<![0-9a-zA-Z_])0[xob][0-9a-fA-F_]{1000}")


def loads(text: str) -> dict[str, Any]:
    """Read a document. Raises ``ValueError`` and ``RecursionError``.

    For a key of n parts, tomllib keeps n prefixes: 40,000 parts take gigabytes. A number of base 16 is not bounded by
    it, and cannot be written in base 10.
    """
    if text.count(".") > limits.TOML_PARTS:
        for number, line in enumerate(text.split("\n"), 1):
            if line.count(".") > limits.TOML_PARTS and _head(line).count(".") > limits.TOML_PARTS:
                raise ValueError(f"a key of more than {limits.TOML_PARTS} parts (at line {number}, column 1)")
    if match := _NUMBER.search(text):
        row = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        raise ValueError(f"a number of more than a thousand digits (at line {row}, column {column})")
    return tomllib.loads(text)


def _head(line: str) -> str:
    """Return what may be a key, or the name of a table: of a line of a text it is no harm."""
    bare = line.lstrip()
    return "" if bare.startswith("#") else bare if bare.startswith("[") else bare.partition("=")[0]
