"""Writing a file that was mended: only inside the project, and only over what was read."""

from __future__ import annotations

import os
from pathlib import Path

from vmlint.door import read_bytes
from vmlint.project.root import project_root
from vmlint.project.write import write_whole


def write(name: str, before: bytes, after: bytes) -> None:
    """Replace the content of a file.

    Raises ``OSError`` with a sentence: for what cannot be written, for a link that leads out of the project, for a file
    that has other names or is read-only, and where it no longer holds what was read.
    """
    target = Path(os.path.realpath(name))
    if os.path.islink(name) and not target.is_relative_to(project_root(Path(name).parent.resolve())):  # noqa: PTH114
        raise OSError(0, "it is a link that leads out of the project")
    if target.lstat().st_nlink > 1:
        raise OSError(0, "it has other names (hard links), which would keep the old content")

    def compare() -> None:
        if read_bytes(target) != before:
            raise OSError(0, "it was changed meanwhile")

    write_whole(target, (after,), compare)
