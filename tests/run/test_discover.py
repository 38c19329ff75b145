"""Which files are found, compared with git itself."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from vmlint import limits
from vmlint.run.discover import files
from vmlint.syntax.gitignore import ignores_of

NEEDS_GIT = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def found(folder: Path, under: str = "") -> list[str]:
    return [Path(file).relative_to(folder).as_posix() for file in files([str(folder / under)])]


def grow(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def git(folder: Path, *arguments: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "XDG_"))}
    environment = {**clean, "HOME": str(folder), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    run = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True, env=environment
    )
    return run.stdout


def left_by_git(folder: Path, under: str = ".") -> list[str]:
    listed = git(folder, "ls-files", "-z", "--others", "--exclude-standard", "--", under).split("\0")
    return sorted(name for name in listed if name.lower().endswith((".yaml", ".yml", ".json")))


NAMES = (
    "a.yaml", "b.yaml", "B.YAML", "c.json", "keep.yaml", "!bang.yaml", "#hash.yaml", "sp ace.yaml", "tail.yaml",
    "x1.yml", "x2.yml", "[x].yaml", "star*.yaml", "x\\y.yaml", "é.yaml", "a-b.yaml", "line\nbreak.yaml",
)  # fmt: skip
FOLDERS = ("", "sub/", "sub/deep/", "build/", "sub/build/", "build.yaml/", "docs/a/b/")
TRICKY = (
    "a.yaml", "/a.yaml", "sub/a.yaml", "build", "build/", "/build/", "build.yaml/", "*.yml", "!x1.yml", "\\!bang.yaml",
    "\\#hash.yaml", "# a.yaml", "sp\\ ace.yaml", "tail.yaml   ", "\\", "a.yaml\\", "[", "[a", "[ab].yaml", "[!a].yaml",
    "[^a-b].yaml", "[]a].yaml", "[z-a].yaml", "[[:upper:]]*", "[[:no:]]*", "[[]x].yaml", "[[\\]]x].yaml",
    "star\\*.yaml", "[[:upper:]", "[[:UPPER:]]*", "[[:a].yaml", "****/a.yaml", "sub/***", "[[:]*",
    "x\\\\y.yaml", "**", "**/", "/**", "**/deep", "**/deep/*", "sub/**", "sub/**/a.yaml", "docs/**/b", "docs/**/b/**",
    "a**.yaml", "**a.yaml", "***", "*", "!*/", "!*.yaml", "/*", "!/sub", "!/sub/", "!sub/deep/", "?.yaml", "sub?a.yaml",
    "sub*a.yaml", "sub[/]a.yaml", "/", "//", "!", "sub//", "./a.yaml", "a.yaml\r", " a.yaml", "é.yaml", "[é].yaml",
    "a[-]b.yaml", "a[+--]b.yaml", "*a*.y*ml", "s*/d*/*.yaml", "tail.yaml\\ ", "", "**/**/a.yaml", "sub/**/**/a.yaml",
    "**/*", "*/", "build/**/", "[a\\-c].yaml", "[\\a].yaml", "[a-]*", "[!]a]*", "[]-a]*", "line?break.yaml", "a.yaml\t",
)  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    grow(tmp_path, *(folder + name for folder in FOLDERS for name in NAMES))
    return tmp_path


@NEEDS_GIT
def test_single_patterns_mean_what_they_mean_to_git(tree: Path) -> None:
    for pattern in TRICKY:
        (tree / ".gitignore").write_bytes(f"{pattern}\n".encode())
        assert sorted(found(tree)) == left_by_git(tree), pattern


@NEEDS_GIT
def test_patterns_together_mean_what_they_mean_to_git(tree: Path) -> None:
    dice = random.Random(7)
    for _ in range(150):
        chosen = {
            name: [dice.choice(TRICKY) for _ in range(dice.randint(0, 4))]
            for name in (".gitignore", "sub/.gitignore", "sub/deep/.gitignore", ".git/info/exclude")
        }
        for name, lines in chosen.items():
            (tree / name).write_bytes("\n".join(lines).encode())
        assert sorted(found(tree)) == left_by_git(tree), chosen
        assert sorted(found(tree, "sub")) == left_by_git(tree, "sub"), chosen


@NEEDS_GIT
def test_the_usual_list_of_what_to_keep(tree: Path) -> None:
    (tree / ".gitignore").write_text("*\n!*/\n!*.yaml\n")
    assert "sub/deep/a.yaml" in found(tree)
    assert "sub/deep/c.json" not in found(tree)
    assert sorted(found(tree)) == left_by_git(tree)


def test_a_line_that_is_no_pattern_is_skipped(tmp_path: Path) -> None:
    grow(tmp_path, "a.yaml", "b.yaml")
    (tmp_path / ".gitignore").write_bytes(b"\\\n[z-a].yaml\n[\nx[[:no:]]\n\xff\xfe\nb.yaml\n!\n")
    assert found(tmp_path) == ["a.yaml"]


def test_a_byte_order_mark_is_not_part_of_the_first_pattern(tmp_path: Path) -> None:
    grow(tmp_path, "a.yaml", "b.yaml")
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbfb.yaml\r\n")
    assert found(tmp_path) == ["a.yaml"]


def test_the_exclude_file_of_the_root_applies_everywhere_with_the_least_weight(tmp_path: Path) -> None:
    grow(tmp_path, ".git/info/exclude", "a.yaml", "sub/a.yaml", "sub/b.yaml", "sub/deep/b.yaml")
    (tmp_path / ".git/info/exclude").write_text("b.yaml\n/a.yaml\n")
    (tmp_path / "sub/deep/.gitignore").parent.mkdir(exist_ok=True)
    (tmp_path / "sub/deep/.gitignore").write_text("!b.yaml\n")
    assert found(tmp_path) == ["sub/a.yaml", "sub/deep/b.yaml"]
    assert found(tmp_path, "sub") == ["sub/a.yaml", "sub/deep/b.yaml"]


@pytest.mark.parametrize("start", ["", "nested", "nested/in"])
def test_a_nested_repository_starts_afresh(tmp_path: Path, start: str) -> None:
    grow(tmp_path, ".git/HEAD", "a.yaml", "nested/.git/info/exclude", "nested/in/a.yaml", "nested/in/b.yaml")
    (tmp_path / ".gitignore").write_text("a.yaml\n")
    (tmp_path / "nested/.git/info/exclude").write_text("/in/b.yaml\n")
    assert found(tmp_path, start) == ["nested/in/a.yaml"]


def test_outside_a_repository_the_named_folder_decides(tmp_path: Path) -> None:
    grow(tmp_path, "sub/a.yaml", "sub/b.yaml", "sub/deep/a.yaml")
    (tmp_path / ".gitignore").write_text("b.yaml\n")
    (tmp_path / "sub/.gitignore").write_text("/a.yaml\n")
    assert found(tmp_path, "sub") == ["sub/b.yaml", "sub/deep/a.yaml"]


def test_order_endings_hidden_and_vendored(tmp_path: Path) -> None:
    grow(
        tmp_path, "b.yaml", "a.YAML", "c.Json", "d.yml", "e.txt", "yaml", ".h.yaml", ".hidden/a.yaml",
        "node_modules/a.yaml", "sub/vendor/a.yaml", "sub/z.yaml", "sub/a.yaml", "bb/a.yaml",
    )  # fmt: skip
    assert found(tmp_path) == ["a.YAML", "b.yaml", "bb/a.yaml", "c.Json", "d.yml", "sub/a.yaml", "sub/z.yaml"]


def test_named_files_are_linted_even_if_ignored(tmp_path: Path) -> None:
    grow(tmp_path, ".git/HEAD", "a.yaml", "node_modules/x.txt")
    (tmp_path / ".gitignore").write_text("*\n")
    named = [str(tmp_path / name) for name in ("a.yaml", "node_modules/x.txt", "missing.yaml")]
    assert list(files([*named, "-", named[0], str(tmp_path)])) == [*named, "-"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    grow(tmp_path, "real/a.yaml", "out/b.yaml")
    try:
        (tmp_path / "real/link.yaml").symlink_to(tmp_path / "out/b.yaml")
        (tmp_path / "real/loop").symlink_to(tmp_path / "real", target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    assert found(tmp_path, "real") == ["real/a.yaml"]


def test_many_stars_cost_little(tmp_path: Path) -> None:
    grow(tmp_path, "a" * 200 + ".yaml")
    (tmp_path / ".gitignore").write_text("*a" * 60 + "b\n" + "**/" * 60 + "*a*a*a*a*b\n")
    assert len(found(tmp_path)) == 1  # matched with backtracking, this would outlast the machine


def test_a_file_with_two_names_is_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(tmp_path, "a/x.yaml")
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "a" / "y.yaml").symlink_to("x.yaml")
    monkeypatch.chdir(tmp_path)
    assert [*files(["a/x.yaml", "./a/x.yaml", str(tmp_path / "a/x.yaml"), "link/x.yaml", "a", "-", "-"])] == [
        "a/x.yaml",
        "-",
    ]
    assert [*files(["a/y.yaml", "a/x.yaml"])] == ["a/y.yaml", "a/x.yaml"], "settings may say other things of a link"


def test_a_gitignore_of_very_many_patterns_counts_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IGNORE_PATTERNS", 3)
    ignored = tmp_path / ".gitignore"
    ignored.write_text("# about\n\na\nb\n*.yaml\n")
    assert len(ignores_of(ignored, "")[0].patterns) == 3
    ignored.write_text("# about\n\na\nb\n*.yaml\nc\n")
    assert ignores_of(ignored, "") == []
