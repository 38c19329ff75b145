"""What was made of some files when a wheel was built, kept beside them so that no start has to make it again.

Parsing the releases of Linux takes 20 ms of CPU, and importing all rules to learn their codes takes 15 ms: together as
much as the rest of a check of one manifest. ``setup.py`` keeps both in the wheel. A source tree keeps nothing.

What is kept counts only for the very bytes that it was made of. Anything that is missing, cut off, damaged, or made of
other bytes is passed over, and made anew. Like Python's own bytecode, it is in the format of :mod:`marshal`, which
needs no import and returns plain values only.
"""

from __future__ import annotations

import marshal
from pathlib import Path
from typing import Any

try:  # hashlib is a front of it that takes 3 ms to import
    from _blake2 import blake2b as blake2b
except ImportError:
    from hashlib import blake2b as blake2b

FOLDER = "__kept__"
_FORMAT = 4
"""The version of marshal's format that every Python from 3.4 on reads."""
_DIGEST = 16


def read(file: Path, source: bytes) -> Any:
    """Return what is kept beside a file and was made of these bytes; ``None`` where there is no such thing."""
    try:
        kept = beside(file).read_bytes()
        digest, content = kept[:_DIGEST], kept[_DIGEST:]
        return marshal.loads(content) if digest == _digest(source, content) else None  # noqa: S302 - see _digest
    except (OSError, ValueError, EOFError, TypeError):
        return None


def write(file: Path, source: bytes, made: Any) -> None:
    """Keep what was made of some bytes beside a file. Raises ``ValueError`` for what is no plain value, as a date."""
    content = marshal.dumps(made, _FORMAT)
    kept = beside(file)
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(_digest(source, content) + content)


def beside(file: Path) -> Path:
    """Return the file that keeps what was made of a file."""
    return file.parent / FOLDER / file.stem


def _digest(source: bytes, content: bytes) -> bytes:
    """Return what tells that content was made of a source, and that it is whole: marshal itself does not check that."""
    return blake2b(content, digest_size=_DIGEST, key=blake2b(source).digest()).digest()
