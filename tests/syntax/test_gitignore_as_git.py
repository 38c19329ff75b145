"""Patterns of a .gitignore match what git says that they match."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from vmlint.syntax.gitignore import ignores_of, is_ignored

SEGMENTS = st.sampled_from(["a", "b", "ab", "*", "**", "a*", "*b", "?", "[ab]", "[!a]", r"\a", "a**b", "***"])
PATTERNS = st.builds(
    lambda sign, start, segments, end: f"{sign}{start}{'/'.join(segments)}{end}",
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(SEGMENTS, min_size=1, max_size=5),
    st.sampled_from(["", "", "/"]),
)
PATHS = st.lists(st.sampled_from(["a", "b", "ab", "ba"]), min_size=1, max_size=5).map("/".join)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "--quiet", root], check=True)
    return root


@examples(60)
@given(st.lists(PATTERNS, min_size=1, max_size=4), st.lists(PATHS, min_size=1, max_size=30, unique=True))
def test_as_git_says(repository: Path, patterns: list[str], paths: list[str]) -> None:
    (repository / ".gitignore").write_text("\n".join(patterns) + "\n")
    said = subprocess.run(
        ["git", "-C", repository, "check-ignore", "--no-index", "--stdin"],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    ignores = ignores_of(repository / ".gitignore", "")
    for path in paths:
        *folders, name = path.split("/")
        inside, ignored = "", False
        for folder in folders:
            ignored = ignored or is_ignored(inside, folder, ignores, is_folder=True)
            inside += f"{folder}/"
        ignored = ignored or is_ignored(inside, name, ignores, is_folder=False)
        assert ignored == (path in said), (patterns, path)


def test_many_folders_cost_little(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("**/a/" * 40 + "b\n" + "**/a*/**/*b/" * 40 + "**/c\n")
    ignores = ignores_of(tmp_path / ".gitignore", "")
    assert not is_ignored("a/" * 39, "b", ignores, is_folder=False)
    assert is_ignored("a/" * 40, "b", ignores, is_folder=False)
    assert is_ignored("ab/" * 80, "c", ignores, is_folder=False)
    assert not is_ignored("ab/" * 400, "d", ignores, is_folder=False)


def test_a_line_that_no_path_reaches_lets_the_file_count_for_nothing(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text(f"# {'c' * 9000}\n*.log\n")
    assert is_ignored("", "x.log", ignores_of(tmp_path / ".gitignore", ""), is_folder=False)
    (tmp_path / ".gitignore").write_text(f"*.log\n{'[[:' * 3000}\n")
    assert ignores_of(tmp_path / ".gitignore", "") == []
