"""Names of files are names: whoever hands them on, such as a hook, need not know what vmlint's options are."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmlint.cli import USAGE, run

FLAWED = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: flawed}
spec:
  guest: {os: windows-server-2022}
  deployment: {architecture: para-virtualization, platform: xen, mode: pv}
"""
LIKE_OPTIONS = ("--on=vmware-esxi@8.yaml", "--host=x.yaml", "--exit-zero", "-q", "--select=VM4.yaml", "-oconcise.yaml")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flawed.vmlint.yaml").write_text(FLAWED)
    return tmp_path


@pytest.mark.parametrize("name", LIKE_OPTIONS)
def test_an_option_that_is_a_file_too_is_refused(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / name).touch()
    with pytest.raises(SystemExit) as end:
        run(["check", name, "flawed.vmlint.yaml"])
    assert end.value.code == USAGE
    assert f"'{name}' is an option and the name of a file" in capsys.readouterr().err


@pytest.mark.parametrize("name", LIKE_OPTIONS)
def test_behind_two_hyphens_all_are_names(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / name).write_text(FLAWED)
    assert run(["check", "--format", "concise", "--allow-empty", "--", name, "flawed.vmlint.yaml"]) == 1
    out = capsys.readouterr().out
    assert f"{name}:5:15: error VM301" in out
    assert "flawed.vmlint.yaml:5:15: error VM301" in out


def test_a_folder_that_looks_like_an_option(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "--on=esxi").mkdir()
    (here / "--on=esxi" / "w.vmlint.yaml").write_text(FLAWED)
    assert run(["check", "--", "--on=esxi/w.vmlint.yaml"]) == 1
    with pytest.raises(SystemExit):
        run(["check", "--on=esxi/w.vmlint.yaml"])


@pytest.mark.parametrize("command", ["check", "suggest", "facts"])
def test_the_name_of_no_file_stays_an_option(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        run([command, "--no-such", "flawed.vmlint.yaml"])
    assert end.value.code == USAGE
    assert "there is no option '--no-such'" in capsys.readouterr().err


@pytest.mark.parametrize("odd", ["a\rb", "a\x0bb", "a\u2028b", "a\x85b", "\udcff", "a\tb", " a ", "a\x1cb"])
def test_names_in_a_list_stay_whole(odd: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from os import fsencode

    name = f"{odd}.vmlint.yaml"
    Path(name).write_text(FLAWED)
    Path("list").write_bytes(b"flawed.vmlint.yaml\n" + fsencode(name) + b"\n")
    assert run(["check", "--format", "json", "--files-from", "list"]) == 1
    assert capsys.readouterr().out.count('"code": "VM301"') == 2


def test_a_list_of_windows(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.vmlint.yaml").write_text(FLAWED)
    Path("list").write_bytes(b"flawed.vmlint.yaml\r\nb.vmlint.yaml\r\n")
    assert run(["check", "--format", "json", "--files-from", "list"]) == 1
    assert capsys.readouterr().out.count('"code": "VM301"') == 2


def test_a_newline_in_a_name_takes_a_list_with_nul(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a\nb.vmlint.yaml").write_text(FLAWED)
    Path("list").write_bytes(b"a\nb.vmlint.yaml\0flawed.vmlint.yaml\0")
    assert run(["check", "--format", "json", "--files-from", "list"]) == 1
    assert capsys.readouterr().out.count('"code": "VM301"') == 2
