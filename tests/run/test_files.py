"""Reading files: what is opened is kept until it is taken, within a bound."""

from __future__ import annotations

from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from vmlint import limits
from vmlint.run.files import Files


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_that_others_refer_to_is_parsed_once(folder: Path) -> None:
    Path("a.yaml").write_text("a: 1\n")
    Path(".git").mkdir()
    Path("sub").mkdir()
    files = Files()
    named = files.open("a.yaml")
    for reference in (files.refer("w.yaml", "./a.yaml"), files.refer("sub/w.yaml", "../a.yaml")):
        assert reference.name == "a.yaml"
        assert reference.yaml is named.yaml
    assert files.take("a.yaml").yaml is files.take(str(folder / "a.yaml")).yaml


def test_what_is_taken_is_read_anew() -> None:
    Path("a.yaml").write_text("a: 1\n")
    files = Files()
    assert files.take("a.yaml").text == "a: 1\n"
    Path("a.yaml").write_text("a: 2\n")
    assert files.open("a.yaml").text == "a: 2\n"


def test_standard_input_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEPT_BYTES", 4)
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"from: the editor\n")))
    Path("a.yaml").write_text("from: the disk\n")
    files = Files("a.yaml")
    assert files.open("-").text == "from: the editor\n"
    for name in ("b", "c"):
        Path(name).write_text("more than four bytes")
        files.open(name)
    assert files.take("-").name == "a.yaml"
    assert files.refer("w.vmlint.yaml", "a.yaml").text == "from: the editor\n"
