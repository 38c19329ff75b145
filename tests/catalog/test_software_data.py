"""The data of software: each file against its schema, ids and images claimed once, every value readable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from vmlint.catalog import DATA, DataFile
from vmlint.catalog.software import Software
from vmlint.model.features import read_need
from vmlint.model.values import ARCHES, VersionRange
from vmlint.reading.schemas import validator
from vmlint.run.secret_names import is_secret

FILES = [DataFile(path) for path in sorted((DATA / "software").glob("*.yaml"))]
CONDITIONS = ("feature", "versions", "tags", "arch", "when")
each_file = pytest.mark.parametrize("file", FILES, ids=[file.path.name for file in FILES])


def programs(files: list[DataFile]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The id and the entry of every program."""
    for file in files:
        yield from file.data["software"].items()


def needs(file: DataFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every need of a file, under the id of its program."""
    return ((id, need) for id, program in programs([file]) for need in program["needs"])


def repeated(words: Iterator[str]) -> list[str]:
    return sorted(word for word, count in Counter(words).items() if count > 1)


def test_there_is_data() -> None:
    assert FILES


@each_file
def test_file_fits_its_schema(file: DataFile) -> None:
    errors = validator("software").iter_errors(file.data)
    assert [f"{list(error.absolute_path)}: {error.message}" for error in errors] == []
    assert date.fromisoformat(file.data["checked"])


@each_file
def test_no_key_is_written_twice(file: DataFile) -> None:
    ids = re.findall(r"^  ([a-z0-9][a-z0-9.-]*):$", file.path.read_text("utf-8"), re.MULTILINE)
    assert ids == list(file.data["software"])


def test_every_program_has_its_own_id() -> None:
    assert repeated(id for id, _ in programs(FILES)) == []


def test_every_image_belongs_to_one_program() -> None:
    images = [image for _, program in programs(FILES) for image in program.get("images", ())]
    assert repeated(iter(images)) == []
    assert [image for image in images if image.startswith(("docker.io/", "library/"))] == []
    assert [image for image in images if ":" in image.rpartition("/")[2]] == []


@each_file
def test_features_versions_and_patterns_can_be_read(file: DataFile) -> None:
    for id, need in needs(file):
        assert str(read_need(need["feature"])) == need["feature"].replace(" ", ""), id
        if "versions" in need:
            assert VersionRange(need["versions"]).bounds, id
        when = need.get("when", {})
        variables = (*when.get("environment", {}).values(), *when.get("notEnvironment", {}).values())
        for pattern in (need.get("tags"), need.get("notTags"), when.get("command"), when.get("notMounts"), *variables):
            assert pattern is None or re.compile(pattern), id
        assert set(need.get("arch", ())) <= set(ARCHES), id


def test_the_variables_that_needs_depend_on_are_listed_and_none_is_a_secret() -> None:
    asked = {
        name
        for file in FILES
        for _, need in needs(file)
        for part in ("environment", "notEnvironment")
        for name in need.get("when", {}).get(part, ())
    }
    assert sorted(asked) == (DATA / "variables.csv").read_text("utf-8").splitlines()[1:]
    assert asked == Software([DataFile(file.path) for file in FILES]).variables
    assert [name for name in asked if is_secret(name)] == []


@each_file
def test_a_need_of_an_instruction_set_names_its_processor(file: DataFile) -> None:
    x86 = {"amd64", "386"}
    for id, need in needs(file):
        if need["feature"].startswith("cpu."):
            arch = set(need.get("arch", ()))
            assert arch, f"{id}: {need['feature']}"
            assert (arch <= x86) == (not need["feature"].startswith("cpu.arm-isa")), f"{id}: {need['feature']}"


@each_file
def test_help_is_a_phrase_and_source_a_place(file: DataFile) -> None:
    place = re.compile(r"https://\S+|[\w.-]+/[\w.-]+(?:#[0-9]+| \S+)")
    for id, need in needs(file):
        assert not need.get("help", "").endswith("."), id
        assert place.match(need["source"]), f"{id}: {need['source']}"


@each_file
def test_no_need_is_stated_twice(file: DataFile) -> None:
    for id, program in programs([file]):
        stated = [{key: need.get(key) for key in CONDITIONS} for need in program["needs"]]
        assert all(stated.count(need) == 1 for need in stated), id
