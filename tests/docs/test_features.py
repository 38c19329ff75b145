"""Each row of the page on features is shown by its command, which is run here, or gives a reason."""

from __future__ import annotations

import re
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import Vmlint
from tests.repository import Repository
from vmlint.report.formats import FORMATS
from vmlint.run import watch

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "features.md").read_text("utf-8")
ROWS = re.findall(r"^\| ([^|]+?) \|(?:[^|]*\|){8} ([^|]+) \|$", PAGE, re.M)[1:]
SHOWN = re.compile(
    r"(?:yes\b[^`]*|\d+): `vmlint (?P<command>[^`]+)` "
    r"(?:shows `(?P<text>[^`]+)`)?(?: ?\(status `(?P<status>\d+)`\))?"
)
REASON = re.compile(r"(?:no|in part): \w.{40,}")
NEEDS_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def test_no_row_is_missing() -> None:
    assert len(ROWS) == 40
    assert dict(ROWS)["forms of the report"].startswith(f"{len(FORMATS)}: ")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("features")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(DOCS)
        for name, text in import_module("replay").files(PAGE).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, "utf-8")
    if shutil.which("git"):
        there = Repository(folder)
        there.git("add", ".")
        there.git("commit", "-qm", "files")
    return folder


@pytest.mark.parametrize(
    ("feature", "here"),
    [pytest.param(*row, id=row[0], marks=NEEDS_GIT if "--since" in row[1] else ()) for row in ROWS],
)
def test_a_row_holds(
    feature: str, here: str, project: Path, vmlint: Vmlint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = SHOWN.fullmatch(here)
    if shown is None:
        assert REASON.fullmatch(here), f"{feature}: neither a command nor a reason"
        return
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(watch, "wait", _interrupted)
    command, _, piped = shown["command"].partition(" < ")
    screen = vmlint(*command.split(), stdin=(tmp_path / piped).read_text("utf-8") if piped else "")
    assert (shown["text"] or "") in screen.stdout + screen.stderr
    assert str(screen.status) in ((status,) if (status := shown["status"]) else "01")


def _interrupted(*_: object) -> list[str]:
    raise SystemExit(130)  # what Ctrl-C ends in
