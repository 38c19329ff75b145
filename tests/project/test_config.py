"""``vmlint.toml`` and ``[tool.vmlint]``: which file counts, and the message for each mistake in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmlint.lint.profiles import PROFILES
from vmlint.project.config import Config, ConfigError, read, read_here, read_named
from vmlint.reading.schemas import schema


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a folder of documents, and the current folder two levels below its root."""
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "ops" / "catalog").mkdir(parents=True)
    (root / "ops" / "catalog" / "box.yaml").write_text("", "utf-8")
    (root / "deploy" / "web").mkdir(parents=True)
    monkeypatch.chdir(root / "deploy" / "web")
    return root


def write(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")


def test_nothing_settled(project: Path) -> None:
    assert read(Path.cwd()) == Config()


def test_schema_knows_the_profiles() -> None:
    assert schema("config")["properties"]["profile"]["enum"] == list(PROFILES)


@pytest.mark.parametrize(
    ("name", "prefix"), [("vmlint.toml", ""), ("pyproject.toml", "[project]\nname = 'x'\n[tool.vmlint]\n")]
)
def test_file_of_the_project(project: Path, name: str, prefix: str) -> None:
    write(project / name, prefix + 'profile = "minimal"\ncatalog = ["ops/catalog"]\n')
    found = read_here()
    assert (found.file, found.profile) == (f"../../{name}", "minimal")
    (folder,) = found.catalog
    assert (folder.path, folder.shown, folder.root) == (project / "ops/catalog", "../../ops/catalog", project)


def test_the_nearest_counts_and_the_own_file_first(project: Path) -> None:
    write(project / "vmlint.toml", 'profile = "minimal"')
    write(project / "deploy" / "pyproject.toml", "[tool.other]\nvmlint = 1\n")
    assert read(Path.cwd()).profile == "minimal"
    write(project / "deploy" / "pyproject.toml", "[tool.vmlint]\n")
    assert read(Path.cwd()) == Config("../pyproject.toml")
    write(project / "deploy" / "vmlint.toml", 'profile = "strict"')
    assert read(Path.cwd()).profile == "strict"


def test_not_beyond_the_project(project: Path) -> None:
    write(project.parent / "vmlint.toml", 'profile = "strict"')
    assert read(Path.cwd()) == Config()


def test_outside_a_repository_the_nearest_settings_mark_the_project(tmp_path: Path) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    write(tmp_path / "a" / "vmlint.toml", 'profile = "strict"')
    assert read(inside).profile == "strict"
    write(inside / "vmlint.toml", 'profile = "minimal"')
    assert read(inside).profile == "minimal"


@pytest.mark.parametrize("text", ["", "[project]\nname = 'vmlint-rules'\n", "[tool]\nvmlin = {}\n", "[broken"])
def test_project_files_of_others_are_skipped(project: Path, text: str) -> None:
    write(project / "pyproject.toml", text)
    assert read(Path.cwd()) == Config()


def test_named_file(project: Path) -> None:
    write(project / "strict.toml", 'profile = "strict"\ncatalog = ["ops/catalog"]\n')
    found = read_named(Path("../../strict.toml"))
    assert (found.profile, found.catalog[0].path) == ("strict", project / "ops/catalog")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("catalg = []", "unknown key catalg; did you mean `catalog`?"),
        ("zzz = []", "unknown key zzz; the keys are profile, catalog"),
        ('catalog = "ops/catalog"', "catalog: expected a list of texts, not 'ops/catalog'; write [\"ops/catalog\"]"),
        ('catalog = ["ops", 1]', "catalog: expected a list of texts, not the number 1"),
        ("catalog = {}", "catalog: expected a list of texts, not a table"),
        ('catalog = ["ops/catalgo"]', "catalog: there is no folder 'ops/catalgo'; did you mean `ops/catalog`?"),
        ('catalog = ["ops/zzz"]', "catalog: there is no folder 'ops/zzz'"),
        ('catalog = ["deploy"]', "catalog: the folder 'deploy' holds no document (*.yaml)"),
        ('catalog = [".."]', "catalog: the folder '..' leads out of the project (project/)"),
        ('catalog = ["/etc"]', "catalog: the folder '/etc' is not written relative to this file"),
        ('catalog = [""]', "catalog: the folder '' is not written relative to this file"),
        ('profile = "strikt"', "profile: expected one of minimal, default, strict, not 'strikt'; did you mean"),
        ("profile = true", "profile: expected one of minimal, default, strict, not the flag true"),
        ("profile = [1]", "profile: expected one of minimal, default, strict, not a list"),
        ("profile = 2026-01-01", "profile: expected one of minimal, default, strict, not date 2026-01-01"),
        ("x = [", "it is not valid TOML: "),
        ("x = " + "[" * 5000, "it is not valid TOML: "),
        ("#" * (1024 * 1024 + 1), "it is larger than 1 MiB"),
    ],
)
def test_mistakes(project: Path, text: str, message: str) -> None:
    write(project / "vmlint.toml", text)
    with pytest.raises(ConfigError) as raised:
        read(Path.cwd())
    assert str(raised.value).startswith(f"../../vmlint.toml: {message}")


def test_mistakes_in_a_shared_file(project: Path) -> None:
    shared = project / "pyproject.toml"
    for text, message in (
        ("[tool.vmlint]\nprofle = 1", "unknown key tool.vmlint.profle; did you mean `profile`?"),
        ("[tool]\nvmlint = 1", "tool.vmlint is the number 1; expected a table: [tool.vmlint]"),
        ("[tool.vmlint", "it is not valid TOML: "),
    ):
        write(shared, text)
        with pytest.raises(ConfigError) as raised:
            read(Path.cwd())
        assert str(raised.value).startswith(f"../../pyproject.toml: {message}")


def test_files_that_are_not_configuration(project: Path) -> None:
    own = project / "vmlint.toml"
    own.mkdir()
    with pytest.raises(ConfigError, match=r"vmlint\.toml: it is not a regular file"):
        read(Path.cwd())
    own.rmdir()
    own.write_bytes(b"\xff = 1")
    with pytest.raises(ConfigError, match=r"vmlint\.toml: it is not UTF-8"):
        read(Path.cwd())
    own.unlink()
    outside = project.parent / "elsewhere.toml"
    write(outside, 'profile = "strict"')
    own.symlink_to(outside)
    with pytest.raises(ConfigError, match=r"it is a link that leads out of the project \(project/\)"):
        read(Path.cwd())
    with pytest.raises(ConfigError, match=r"gone\.toml: there is no such file"):
        read_named(Path("gone.toml"))
    write(project / "pyproject.toml", "")
    with pytest.raises(ConfigError, match=r"it has no \[tool\.vmlint\]"):
        read_named(project / "pyproject.toml")


def test_folder_behind_a_link_out_of_the_project(project: Path) -> None:
    (project / "linked").symlink_to(project.parent)
    write(project / "vmlint.toml", 'catalog = ["linked"]')
    with pytest.raises(ConfigError, match=r"the folder 'linked' leads out of the project"):
        read(Path.cwd())
