"""``vmlint.toml`` and ``[tool.vmlint]``: which file counts for which files."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmlint.project.lookup import Lookup
from vmlint.project.setting import Config, ConfigError

pytestmark = pytest.mark.usefixtures("project")


def write(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")


def held(name: str = "x.yaml", config: str | None = None) -> Config:
    """What holds for a file; by default for one in the current folder."""
    return Lookup((), named=Path(config) if config else None).config(name)


def test_nothing_settled(project: Path) -> None:
    assert held() == Config()


@pytest.mark.parametrize(
    ("name", "prefix"), [("vmlint.toml", ""), ("pyproject.toml", "[project]\nname = 'x'\n[tool.vmlint]\n")]
)
def test_file_of_the_project(project: Path, name: str, prefix: str) -> None:
    write(project / name, prefix + 'profile = "minimal"\ncatalog = ["ops/catalog"]\n')
    found = held()
    assert (found.file, found.value("profile")) == (f"../../{name}", "minimal")
    (folder,) = found.values("catalog")
    assert (folder.path, folder.shown, folder.root) == (project / "ops/catalog", "../../ops/catalog", project)


def test_the_nearest_counts_and_the_own_file_first(project: Path) -> None:
    write(project / "vmlint.toml", 'profile = "minimal"')
    write(project / "deploy" / "pyproject.toml", "[tool.other]\nvmlint = 1\n")
    assert held().value("profile") == "minimal"
    write(project / "deploy" / "pyproject.toml", "[tool.vmlint]\n")
    assert held() == Config("../pyproject.toml")
    write(project / "deploy" / "vmlint.toml", 'profile = "strict"')
    assert held().value("profile") == "strict"


def test_not_beyond_the_project(project: Path) -> None:
    write(project.parent / "vmlint.toml", 'profile = "strict"')
    assert held() == Config()


def test_outside_a_repository_the_nearest_settings_mark_the_project(tmp_path: Path) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    write(tmp_path / "a" / "vmlint.toml", 'profile = "strict"')
    assert held(str(inside / "x.yaml")).value("profile") == "strict"
    write(inside / "vmlint.toml", 'profile = "minimal"')
    assert held(str(inside / "x.yaml")).value("profile") == "minimal"


@pytest.mark.parametrize("text", ["", "[project]\nname = 'vmlint-rules'\n", "[tool]\nvmlin = {}\n", "[broken"])
def test_project_files_of_others_are_skipped(project: Path, text: str) -> None:
    write(project / "pyproject.toml", text)
    assert held() == Config()


def test_named_file(project: Path) -> None:
    write(project / "strict.toml", 'profile = "strict"\ncatalog = ["ops/catalog"]\n')
    found = held(config="../../strict.toml")
    assert (found.value("profile"), found.values("catalog")[0].path) == ("strict", project / "ops/catalog")


def test_files_that_are_not_configuration(project: Path) -> None:
    own = project / "vmlint.toml"
    own.mkdir()
    with pytest.raises(ConfigError, match=r"vmlint\.toml: it is not a regular file"):
        held()
    own.rmdir()
    own.write_bytes(b"\xff = 1")
    with pytest.raises(ConfigError, match=r"vmlint\.toml: it is not UTF-8"):
        held()
    own.unlink()
    outside = project.parent / "elsewhere.toml"
    write(outside, 'profile = "strict"')
    own.symlink_to(outside)
    with pytest.raises(ConfigError, match=r"it is a link that leads out of the project \(project/\)"):
        held()
    with pytest.raises(ConfigError, match=r"gone\.toml: there is no such file"):
        held(config="gone.toml")
    write(project / "pyproject.toml", "")
    with pytest.raises(ConfigError, match=r"it has no \[tool\.vmlint\]"):
        held(config="../../pyproject.toml")


def test_folder_behind_a_link_out_of_the_project(project: Path) -> None:
    (project / "linked").symlink_to(project.parent)
    write(project / "vmlint.toml", 'catalog = ["linked"]')
    with pytest.raises(ConfigError, match=r"the folder 'linked' leads out of the project"):
        held()
