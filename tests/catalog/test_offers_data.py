"""Offers: the shape of their files, and that no two rows contradict each other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import yaml

from vmlint.catalog import DATA, Catalog
from vmlint.model.kinds import words_of
from vmlint.model.paths import check_text, fields
from vmlint.model.values import Version, VersionRange
from vmlint.model.vocabulary import ModeName
from vmlint.reading.schemas import validator

CATALOG = Catalog()
FILES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted((DATA / "offers").glob("*.yaml"))}

EMULATORS = {"qemu-user", "rosetta-linux"}
"""What runs programs of another CPU, and is neither a platform nor a mode."""


class Row(NamedTuple):
    """One feature of one row."""

    who: str
    feature: str
    data: dict[str, Any]


def rows() -> Iterator[Row]:
    for file in FILES.values():
        for who, entry in file["offers"].items():
            for row in entry["rows"] if isinstance(entry, dict) else entry:
                features = row["feature"] if isinstance(row["feature"], list) else [row["feature"]]
                yield from (Row(who, feature, row) for feature in features)


ROWS = tuple(rows())


@pytest.mark.parametrize("name", FILES)
def test_file_fits_its_schema(name: str) -> None:
    errors = validator("offers").iter_errors(FILES[name])
    assert [f"{list(error.absolute_path)}: {error.message}" for error in errors] == []


def test_who_offers_is_known_and_stands_in_one_file() -> None:
    whos = [who for file in FILES.values() for who in file["offers"]]
    assert len(whos) == len(set(whos))
    names = yaml.safe_load((DATA / "platform_names.yaml").read_text("utf-8"))["platforms"]
    known = {*CATALOG.platforms, *names, *words_of(ModeName), *EMULATORS}
    kernels = [who for who, entry in FILES["kernels"]["offers"].items() if isinstance(entry, dict)]
    assert sorted(set(whos) - known - set(kernels)) == []
    assert kernels == list(FILES["kernels"]["offers"])


def test_kernels_match_systems_of_the_catalogue() -> None:
    for who, entry in FILES["kernels"]["offers"].items():
        assert re.compile(entry["matches"].get("kernel", ""))
        for word in entry["matches"].get("os", ()):
            start = word.removesuffix("*")
            found = [id for id in CATALOG.guests if id == word or (start != word and id.startswith(start))]
            assert found, (who, word)


def test_kernels_that_their_version_tells_come_first() -> None:
    told = ["kernel" in entry["matches"] for entry in FILES["kernels"]["offers"].values()]
    assert told == sorted(told, reverse=True)


def test_versions_modes_and_conditions_can_be_read() -> None:
    for row in ROWS:
        assert VersionRange(row.data.get("versions", ">=0")).bounds
        assert set(row.data.get("modes", ())) <= set(words_of(ModeName)), row
        for path, values in row.data.get("when", {}).items():
            assert path in fields(), row
            for value in values:
                check_text(path, str(value).lower() if isinstance(value, bool) else str(value))
        for setting in row.data.get("grant", ()):
            for name, value in setting.items():
                assert f"deployment.{name}" in fields(), row
                check_text(f"deployment.{name}", str(value).lower() if isinstance(value, bool) else str(value))


def overlap(one: VersionRange, other: VersionRange) -> bool:
    """Whether a version that bounds one of two ranges, or one beside it, is in both."""
    numbers = [version.numbers for _, version in (*one.bounds, *other.bounds)]
    beside = [(*parts[:-1], max(parts[-1] + step, 0)) for parts in numbers for step in (-1, 0, 1)]
    versions = [Version(".".join(map(str, parts))) for parts in beside]
    return any(one.decides(version) and other.decides(version) for version in versions)


def agree(one: Row, other: Row) -> bool:
    """Whether two rows give the same answer, or can never speak of the same workload."""

    def apart(first: Any, second: Any) -> bool:
        return bool(first and second and not set(first) & set(second))

    if all(one.data.get(key) == other.data.get(key) for key in ("is", "value", "grant")):
        return True
    first, second = one.data.get("when", {}), other.data.get("when", {})
    return apart(one.data.get("modes"), other.data.get("modes")) or any(
        apart(first[path], second[path]) for path in first.keys() & second.keys()
    )


def test_no_two_rows_contradict_each_other() -> None:
    def subject(row: Row) -> tuple[str, str]:
        return row.who, row.feature

    contradictions = []
    for about, group in itertools.groupby(sorted(ROWS, key=subject), key=subject):
        for one, other in itertools.combinations(group, 2):
            versions = [row.data.get("versions", ">=0") for row in (one, other)]
            if not agree(one, other) and overlap(*map(VersionRange, versions)):
                contradictions.append((*about, *versions))
    assert contradictions == []
