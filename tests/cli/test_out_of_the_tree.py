"""Nothing outside of the project is read, whatever a stranger links, and nothing that never ends or never begins."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from vmlint.cli import run

FLAWED = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: flawed}
spec:
  guest: {os: windows-server-2022}
  deployment: {architecture: para-virtualization, platform: xen, mode: pv}
"""
SECRET = "root:$6$salt$hash:19000:0:99999:7:::\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "shadow").write_text(SECRET)
    (outside / "w.vmlint.yaml").write_text(FLAWED)
    inside = tmp_path / "inside"
    (inside / ".git").mkdir(parents=True)
    (inside / "w.vmlint.yaml").write_text(FLAWED)
    monkeypatch.chdir(inside)
    return inside


def as_file(project: Path) -> str:
    (project / "x.vmlint.yaml").symlink_to("../outside/shadow")
    return "x.vmlint.yaml"


def as_folder(project: Path) -> str:
    (project / "x").symlink_to("../outside")
    return "x"


def in_folder(project: Path) -> str:
    return f"{as_folder(project)}/w.vmlint.yaml"


def by_two_links(project: Path) -> str:
    (project / "a").symlink_to("b")
    (project / "b").symlink_to("../outside/w.vmlint.yaml")
    return "a"


def by_absolute_path(project: Path) -> str:
    return str(project / as_file(project))


def by_way_of_a_link_inside(project: Path) -> str:
    (project / "deep" / "er").mkdir(parents=True)
    (project / "short").symlink_to("deep/er")
    (project / "deep" / "er" / "x.vmlint.yaml").symlink_to("../../../outside/shadow")
    return "short/x.vmlint.yaml"


WAYS = [as_file, as_folder, in_folder, by_two_links, by_absolute_path, by_way_of_a_link_inside]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("command", ["check", "facts", "suggest"])
def test_a_named_link_that_leads_out_is_refused(
    way: Callable[[Path], str], command: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = way(project)
    try:
        status = run([command, name])
    except SystemExit as end:
        status = int(end.code or 0)
    said = "".join(capsys.readouterr())
    assert status in (1, 2)
    assert "root:" not in said
    assert "VM301" not in said
    if command == "check":
        assert "it is a link that leads out of the project (inside/)" in said


@pytest.mark.parametrize("way", [as_folder, in_folder, by_two_links])
def test_it_is_read_by_who_means_it(
    way: Callable[[Path], str], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "--follow-links", "--format", "concise", way(project)]) == 1
    assert "VM301" in capsys.readouterr().out


def test_without_a_repository_the_current_folder_counts(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".git").rmdir()
    assert run(["check", as_file(project)]) == 1
    assert "it is a link that leads out of the project" in capsys.readouterr().out


def test_a_link_inside_of_the_project_is_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "deep").mkdir()
    (project / "deep" / "x.vmlint.yaml").symlink_to("../w.vmlint.yaml")
    (project / "short").symlink_to("deep")
    for name in ("deep/x.vmlint.yaml", "short/x.vmlint.yaml", "short"):
        assert run(["check", "--format", "concise", name]) == (3 if name == "short" else 1)
    assert capsys.readouterr().out.count("VM301") == 2


def test_a_link_of_the_machine_is_read(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").symlink_to("inside")  # as /tmp is on macOS, or a home on another disk
    assert run(["check", "--format", "concise", str(tmp_path / "home" / "w.vmlint.yaml")]) == 1
    assert "VM301" in capsys.readouterr().out


@pytest.mark.parametrize("name", [".gitignore", "pyproject.toml", ".git/info/exclude"])
@pytest.mark.parametrize("kind", ["zero", "fifo"])
def test_what_never_ends_or_begins_is_no_file(
    name: str, kind: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = project / name
    place.parent.mkdir(exist_ok=True)
    if kind == "zero":
        place.symlink_to("/dev/zero")
    else:
        os.mkfifo(place)
    assert run(["check", "--format", "concise", "."]) == 1
    assert "w.vmlint.yaml:5:15: error VM301" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["vmlint.toml", "vmlint-baseline.json", "list"])
def test_a_pipe_in_place_of_a_file_that_counts_is_an_error(
    name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(project / name)
    named = ["--files-from", name] if name == "list" else ["."]
    with pytest.raises(SystemExit) as end:
        run(["check", *named])
    assert end.value.code == 2
    assert "it is not a regular file" in capsys.readouterr().err


def test_a_named_pipe_is_not_waited_for(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(project / "p.vmlint.yaml")
    assert run(["check", "p.vmlint.yaml", "w.vmlint.yaml", "--format", "concise"]) == 1
    out = capsys.readouterr().out
    assert "p.vmlint.yaml:1:1: error VM901" in out
    assert "w.vmlint.yaml:5:15: error VM301" in out


def test_a_linked_gitignore_does_not_count_as_for_git(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "patterns").write_text("*\n")
    (project / ".gitignore").symlink_to("patterns")
    assert run(["check", "."]) == 1


def test_a_huge_gitignore_leaves_out_nothing(project: Path) -> None:
    (project / ".gitignore").write_bytes(b"*\n" + b"#" * 2**20)
    assert run(["check", "."]) == 1


@pytest.mark.parametrize("name", ["vmlint.toml", "pyproject.toml", "sub/vmlint.toml"])
def test_settings_that_a_link_brings_in_are_not_even_parsed(
    project: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """The error of a parser tells words of the file, and where they stand."""
    (project / "sub").mkdir()
    (project / "sub/w.vmlint.yaml").write_text(FLAWED)
    (project.parent / "outside/shadow").write_text("[tool.vmlint]\n" + SECRET)
    (project / name).symlink_to(project.parent / "outside/shadow")
    with pytest.raises(SystemExit) as left:
        run(["check"])
    written = capsys.readouterr()
    assert left.value.code == 2
    assert "leads out of the project" in written.err
    assert "TOML" not in written.err + written.out
