"""A few hundred changed files, the same ones in every run, and all that ever failed."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.fuzz.mutate import mutated
from tests.fuzz.subjects import ROOT, SETTINGS, Subject, subjects
from tests.fuzz.target import FORMATS, one
from tests.properties import TIMES

EVERY = subjects()
FOUND = sorted(each for each in (ROOT / "tests/fuzz/found").iterdir() if each.name != "README.md")


@pytest.mark.parametrize("start", range(8))
def test_changed_files(start: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    others = [each.data for each in EVERY]
    random = Random(start)
    for number, subject in enumerate(EVERY[start::8] * TIMES):
        data = mutated(random, subject.data, others)
        try:
            one(subject, data, whole=number if number % 10 == 0 else None)
        except BaseException as error:
            raise AssertionError(f"{subject.name}: {data!r}") from error


@pytest.mark.parametrize("file", FOUND, ids=lambda file: file.name)
def test_what_failed_once(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kind, _, name = file.name.split("~")
    name = next((each for each in SETTINGS if each.endswith(name)), name) if kind == "settings" else name
    subject = Subject(kind, name, b"")
    one(subject, file.read_bytes())
    for whole in range(len(FORMATS)):
        one(subject, file.read_bytes(), whole=whole)
