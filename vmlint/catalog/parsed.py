"""The parsed content of a data file, kept beside it: reading it takes a fiftieth of the time of parsing YAML.

Parsing the releases of Linux takes 20 ms of CPU, half as much as a whole check of one manifest. So a wheel holds the
parsed content of each data file (``setup.py`` writes it). A source tree holds none: there, YAML is parsed.

The content counts only for the bytes that it was made of. A file that is missing, cut off, damaged, or made of another
text is passed over, and YAML is parsed. Like Python's own bytecode, it is in the format of :mod:`marshal`, which needs
no import and returns plain values only.
"""

from __future__ import annotations

import marshal
from pathlib import Path
from typing import Any

try:  # hashlib is a front of it that takes 3 ms to import
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

FOLDER = "__parsed__"
_FORMAT = 4
"""The version of marshal's format that every Python from 3.4 on reads."""
_DIGEST = 16


def read(file: Path, source: bytes) -> Any:
    """Return the content of a data file; ``None`` where none is kept for these bytes."""
    try:
        kept = beside(file).read_bytes()
        digest, content = kept[:_DIGEST], kept[_DIGEST:]
        return marshal.loads(content) if digest == _digest(source, content) else None  # noqa: S302 - see _digest
    except (OSError, ValueError, EOFError, TypeError):
        return None


def write(file: Path, source: bytes, content: Any) -> None:
    """Keep the content of a data file. Raises ``ValueError`` for what is no plain value, such as a date."""
    packed = marshal.dumps(content, _FORMAT)
    kept = beside(file)
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(_digest(source, packed) + packed)


def beside(file: Path) -> Path:
    """Return the file with the parsed content of a data file."""
    return file.parent / FOLDER / file.stem


def _digest(source: bytes, content: bytes) -> bytes:
    """Return what tells that content was made of a source, and that it is whole: marshal itself does not check that."""
    return blake2b(content, digest_size=_DIGEST, key=blake2b(source).digest()).digest()
