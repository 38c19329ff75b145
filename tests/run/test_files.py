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


def test_one_file_under_two_names_is_parsed_once() -> None:
    Path("a.yaml").write_text("a: 1\n")
    Path("sub").mkdir()
    files = Files()
    one, other = files.open("a.yaml"), files.open("sub/../a.yaml")
    assert (one.name, other.name) == ("a.yaml", "sub/../a.yaml")
    assert one.yaml is other.yaml
    assert files.refer("a.yaml", "./a.yaml").yaml is one.yaml


def test_what_is_taken_is_read_anew() -> None:
    Path("a.yaml").write_text("a: 1\n")
    files = Files()
    assert files.take("a.yaml").text == "a: 1\n"
    Path("a.yaml").write_text("a: 2\n")
    assert files.open("a.yaml").text == "a: 2\n"


def test_standard_input_is_read_once_whatever_else_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
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
