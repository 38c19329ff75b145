"""Features: the shape of their files, and that all that is needed or offered is described."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from vmlint.catalog import DATA, Catalog
from vmlint.model.features import FEATURE_LAYERS, read_need
from vmlint.model.values import Version
from vmlint.reading.schemas import validator

FOLDER = DATA / "features"
FILES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
FEATURES: dict[str, Any] = {id: entry for file in FILES.values() for id, entry in file["features"].items()}


def described(id: str) -> bool:
    """Whether a feature has an entry of its own, or one of its kind: ``kernel.module.*``."""
    parts = id.split(".")
    kinds = (".".join((*parts[:count], "*")) for count in range(1, len(parts)))
    return id in FEATURES or any(kind in FEATURES for kind in kinds)


def named(data: Any) -> Iterator[str]:
    """Every feature that a data file names, wherever it names it."""
    if isinstance(data, dict):
        if "feature" in data:
            yield from [data["feature"]] if isinstance(data["feature"], str) else data["feature"]
        for value in data.values():
            yield from named(value)
    elif isinstance(data, list):
        for item in data:
            yield from named(item)


@pytest.mark.parametrize("layer", FILES)
def test_file_fits_its_schema(layer: str) -> None:
    assert layer in FEATURE_LAYERS
    errors = validator("features").iter_errors(FILES[layer])
    assert [f"{list(error.absolute_path)}: {error.message}" for error in errors] == []


def test_every_layer_has_a_file_and_every_feature_is_in_that_of_its_layer() -> None:
    assert set(FILES) == set(FEATURE_LAYERS)
    assert [id for layer, file in FILES.items() for id in file["features"] if id.split(".")[0] != layer] == []


def test_ids_are_those_of_needs() -> None:
    for id in FEATURES:
        assert read_need(id.replace("*", "x")).operator == ""


def test_texts_can_be_put_into_sentences() -> None:
    for id, entry in FEATURES.items():
        assert not entry["title"].endswith("."), id
        assert entry["about"].endswith("."), id
        assert not entry.get("help", "").endswith("."), id
        assert Version(entry.get("since", "1")), id


def test_titles_tell_features_apart() -> None:
    titles = sorted(entry["title"].lower() for entry in FEATURES.values())
    assert [one for one, other in itertools.pairwise(titles) if one == other] == []


@pytest.mark.parametrize("folder", ["offers", "software"])
def test_what_is_offered_or_needed_is_described(folder: str) -> None:
    files = sorted((DATA / folder).glob("*.yaml"))
    needs = [read_need(id) for file in files for id in named(yaml.safe_load(file.read_text("utf-8")))]
    assert sorted({need.id for need in needs if not described(need.id)}) == []


def test_needs_are_bound_where_their_feature_has_a_value() -> None:
    features = Catalog().features
    for file in sorted((DATA / "software").glob("*.yaml")):
        for id in named(yaml.safe_load(file.read_text("utf-8"))):
            need = read_need(id)
            known = features.find(need.id)
            assert known is not None, id
            assert need.misbound(known.bound, only_value=known.only_value) == "", id


def test_bounds_are_those_of_needs() -> None:
    for feature in Catalog().features:
        id = feature.id.replace("*", "x")
        assert read_need(f"{id}{feature.bound}").operator or not feature.bound
        assert feature.bound or not feature.only_value, feature.id


def test_flags_of_linux_are_no_slips() -> None:
    features = Catalog().features
    assert features.is_known("cpu.sme")
    assert not features.is_known("cpu.avxx")
    assert (features.nearest("cpu.avxx"), features.nearest("vm.flux-capacitor")) == ("cpu.avx", None)
