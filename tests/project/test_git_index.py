"""What is read of a git index without git, compared with what git says."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from tests.repository import Repository
from vmlint.project.git_index import IndexUnknownError, names

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("objects", ["sha1", "sha256"])
def test_the_names_are_those_that_git_lists(tmp_path: Path, version: str, objects: str) -> None:
    repository = Repository(tmp_path / "new")
    shutil.rmtree(tmp_path / "new/.git")
    repository.git("init", "-q", f"--object-format={objects}")
    chance = random.Random(version + objects)
    for number in range(150):
        folders = [chance.choice("abcd") * chance.randint(1, 9) for _ in range(chance.randint(0, 3))]
        repository.put("/".join([*folders, f"{number}-é{'x' * chance.randint(0, 90)}.yaml"]), "")
    repository.git("add", "-A")
    if version != "2":
        repository.put("only meant to be added", "")
        repository.git("add", "--intent-to-add", "only meant to be added")
    repository.git("update-index", "--index-version", version)
    listed = repository.git("ls-files", "-z", "--cached")
    data = (repository.root / ".git/index").read_bytes()
    assert data[7] == int(version)
    assert [os.fsdecode(name) for name in names(data)] == listed.split("\0")[:-1]
    for end in range(0, len(data), 97):
        with pytest.raises(IndexUnknownError):
            names(data[:end])
