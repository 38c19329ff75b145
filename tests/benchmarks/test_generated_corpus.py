"""The generated files: exactly the share that was asked for has findings, and they differ as far as they should."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from benchmarks import corpus
from benchmarks.scenarios import flagged_files
from tests.conftest import TODAY, Vmlint

FILES = 60


def report(vmlint: Vmlint, folder: Path) -> tuple[int, int, int]:
    """The exit status, the files that were linted, and those with findings."""
    screen = vmlint("check", "--format", "json", str(folder))
    summary = json.loads(screen.stdout)["summary"]
    assert (summary["unread"], summary["skipped"]) == (0, 0)
    return screen.status, summary["files"], flagged_files(screen.stdout.encode())


def test_sets_are_judged_as_of_the_day_of_the_tests() -> None:
    assert corpus.TODAY == TODAY


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize("percent", [0, 10, 50])
def test_exactly_the_share_that_was_asked_for_has_findings(
    vmlint: Vmlint, tmp_path: Path, percent: int, alike: bool
) -> None:
    folder = corpus.write_manifests(tmp_path / "set", FILES, percent, alike=alike)
    assert report(vmlint, folder) == (1 if percent else 0, FILES, FILES * percent // 100)


@pytest.mark.parametrize("percent", [0, 10, 50])
def test_the_share_of_files_of_other_tools(vmlint: Vmlint, tmp_path: Path, percent: int) -> None:
    files = len(corpus.NATIVE) * 20
    folder = corpus.write_native(tmp_path / "set", files, percent)
    assert report(vmlint, folder) == (1 if percent else 0, files, files * percent // 100)


@pytest.mark.parametrize("kind", corpus.NATIVE, ids=lambda kind: str(kind.suffix))
def test_each_tool_has_as_many_files(tmp_path: Path, kind: corpus.Native) -> None:
    names = [path.name.partition(".")[2] for path in corpus.write_native(tmp_path / "set", FILES).iterdir()]
    assert names.count(kind.suffix.removeprefix(".")) == FILES // len(corpus.NATIVE)


@pytest.mark.parametrize("choice", corpus.FLAGGED)
def test_each_flagged_choice_has_findings(vmlint: Vmlint, tmp_path: Path, choice: corpus.Choice) -> None:
    number = corpus.FLAGGED.index(choice)
    (tmp_path / "one.yaml").write_text(corpus.manifest(number, 100), "utf-8")
    assert report(vmlint, tmp_path / "one.yaml")[2] == 1


@pytest.mark.parametrize("count", [10, 99, 1_000, 9_999])
@pytest.mark.parametrize("percent", [0, 10, 50, 100])
def test_the_share_holds_for_any_number_of_files(count: int, percent: int) -> None:
    assert sum(corpus.is_flagged(number, percent) for number in range(count)) == count * percent // 100


def test_files_that_are_alike_differ_in_the_name_alone() -> None:
    texts = {corpus.manifest(number, alike=True).replace(corpus.name_of(number), "NAME") for number in range(FILES)}
    assert len(texts) == 1


def test_files_that_are_different_differ_in_more_than_the_name() -> None:
    many = 20_000
    values = (tuple({**corpus.varied(number), "name": ""}.values()) for number in range(many))
    assert len(set(values)) == many


def flagged(number: int) -> str:
    return corpus.manifest(number, 100)


def native(number: int) -> str:
    return corpus.native(number)[1]


@pytest.mark.parametrize("text", [corpus.manifest, flagged, native, corpus.workflow])
def test_files_have_the_size_that_the_results_speak_of(text: Callable[[int], str]) -> None:
    sizes = [len(text(number)) for number in range(FILES)]
    assert 1_050 < min(sizes) <= max(sizes) < 1_300


def test_workflows_are_yaml_of_different_services() -> None:
    read = [yaml.safe_load(corpus.workflow(number)) for number in range(FILES)]
    assert len({each["name"] for each in read}) == FILES
    assert all(set(each["jobs"]) == {"build", "lint"} for each in read)


def test_one_file_of_many_documents_is_linted_whole(vmlint: Vmlint, tmp_path: Path) -> None:
    text = corpus.multi_document(50_000)
    assert 50_000 <= len(text) < 52_000
    (tmp_path / "all.yaml").write_text(text, "utf-8")
    screen = vmlint("check", "--format", "json", "all.yaml")
    assert screen.status == 0
    assert json.loads(screen.stdout)["summary"]["workloads"] == text.count("apiVersion")


def test_the_same_files_are_written_each_time(tmp_path: Path) -> None:
    first, second = (corpus.write_manifests(tmp_path / name, 20, 10) for name in ("first", "second"))
    assert [path.read_bytes() for path in sorted(first.iterdir())] == [
        path.read_bytes() for path in sorted(second.iterdir())
    ]
