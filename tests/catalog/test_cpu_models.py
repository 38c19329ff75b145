"""CPU models of virtual machines and the x86-64 levels that they show."""

from __future__ import annotations

import pytest

from vmlint.catalog import Catalog, table

CATALOG = Catalog()
DATA = table("cpu_models").data


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("qemu32", "none"),
        ("486", "none"),
        ("kvm64", "v1"),
        ("qemu64", "v1"),
        ("qemu64-v1", "v1"),
        ("Penryn", "v1"),
        ("Nehalem", "v2"),
        ("Nehalem-IBRS", "v2"),
        ("IvyBridge-v2", "v2"),
        ("Haswell-noTSX", "v3"),
        ("Haswell-noTSX-IBRS", "v3"),
        ("haswell", "v3"),
        ("EPYC", "v3"),
        ("EPYC-IBPB", "v3"),
        ("EPYC-v4", "v3"),
        ("EPYC-Rome-v4", "v3"),
        ("EPYC-Genoa", "v4"),
        ("Skylake-Client-noTSX-IBRS", "v3"),
        ("Skylake-Server", "v4"),
        ("Skylake-Server-v5", "v4"),
        ("x86-64-v2", "v2"),
        ("x86-64-v2-AES", "v2"),
        (" x86-64-v3 ", "v3"),
        ("x86-64-v4", "v4"),
    ],
)
def test_level_of_a_model(name: str, level: str) -> None:
    model = CATALOG.cpu_model(name)
    assert model is not None
    assert (model.level, model.host) == (level, "")


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("host-passthrough", "whole"),
        ("host", "whole"),
        ("max", "whole"),
        ("maximum", "whole"),
        ("host-model", "nearest"),
        ("Host-Passthrough", "whole"),
    ],
)
def test_the_host_s_own_processor(name: str, host: str) -> None:
    model = CATALOG.cpu_model(name)
    assert model is not None
    assert (model.level, model.host) == ("", host)


@pytest.mark.parametrize("name", ["x86-64", "x86-64-v5", "custom-farm", "Haswell-v2-v1x", "cortex-a57", "v2", ""])
def test_what_is_no_known_model(name: str) -> None:
    assert CATALOG.cpu_model(name) is None


def test_no_model_stands_twice() -> None:
    parts = [*DATA["levels"].values(), *DATA["ownNames"].values(), *DATA["host"].values()]
    names = [name.lower() for part in parts for name in part]
    assert len(names) == len(set(names))
    assert all(CATALOG.cpu_model(name) for name in names)


def test_platforms_name_models_of_the_level_that_they_stand_for() -> None:
    named = [
        (level, name)
        for platform in CATALOG.platforms.values()
        for level, name in platform.data.get("cpuModels", {}).get("levels", {}).items()
    ]
    assert named
    for level, name in named:
        model = CATALOG.cpu_model(name)
        assert model is not None
        assert model.level == level
