"""The files of other tools that a new user can try: each system of the article has a healthy one and a flagged one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

NATIVE = Path(__file__).parents[2] / "examples" / "native"
FILES = sorted(path for path in NATIVE.rglob("*") if path.is_file())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(NATIVE).as_posix())
def test_example(file: Path, look: Look) -> None:
    seen = look(str(file), file.read_bytes())
    assert seen.formats or seen.checked.subjects, "it is recognised as nothing"
    found = [f"{code}:{line}:{column}" for code, line, column in seen.found()]
    kind = next((word for word in ("healthy", "flagged") if word in file.relative_to(NATIVE).as_posix()), None)
    assert kind, "say in its name or its folder whether it is healthy or flagged"
    assert bool(found) == (kind == "flagged"), found


def test_every_folder_has_both_kinds() -> None:
    for folder in sorted(path for path in NATIVE.iterdir() if path.is_dir()):
        names = " ".join(path.relative_to(NATIVE).as_posix() for path in folder.rglob("*"))
        assert "healthy" in names, folder.name
        assert "flagged" in names, folder.name
