"""CPU models of virtual machines and the x86-64 levels that they show."""

from __future__ import annotations

import pytest

from vmlint.catalog import Catalog, table

CATALOG = Catalog()
DATA = table("cpu_models").data
FLAGS = table("cpu_flags").data


LEVELS = {
    "none": ["qemu32", "486"],
    "v1": ["kvm64", "qemu64", "qemu64-v1", "Penryn"],
    "v2": ["Nehalem", "Nehalem-IBRS", "IvyBridge-v2", "x86-64-v2", "x86-64-v2-AES"],
    "v3": [
        "Haswell-noTSX", "Haswell-noTSX-IBRS", "haswell", "EPYC", "EPYC-IBPB", "EPYC-v4", "EPYC-Rome-v4",
        "Skylake-Client-noTSX-IBRS", " x86-64-v3 ",
    ],
    "v4": ["EPYC-Genoa", "Skylake-Server", "Skylake-Server-v5", "x86-64-v4"],
}  # fmt: skip
HOSTS = {"whole": ["host-passthrough", "host", "max", "maximum", "Host-Passthrough"], "nearest": ["host-model"]}


@pytest.mark.parametrize(
    ("name", "level", "host"),
    [
        *((name, level, "") for level, names in LEVELS.items() for name in names),
        *((name, "", host) for host, names in HOSTS.items() for name in names),
    ],
)
def test_model(name: str, level: str, host: str) -> None:
    model = CATALOG.cpu_model(name)
    assert model is not None
    assert (model.level, model.host) == (level, host)


@pytest.mark.parametrize("name", ["x86-64", "x86-64-v5", "custom-farm", "Haswell-v2-v1x", "cortex-a57", "v2", ""])
def test_unknown_models(name: str) -> None:
    assert CATALOG.cpu_model(name) is None


def test_no_model_is_listed_twice() -> None:
    parts = [*DATA["levels"].values(), *DATA["ownNames"].values(), *DATA["host"].values()]
    names = [name.lower() for part in parts for name in part]
    assert len(names) == len(set(names))
    assert all(CATALOG.cpu_model(name) for name in names)


def test_platforms_name_models_of_their_level() -> None:
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


def test_lists_of_flags_belong_to_models_and_fit_their_levels() -> None:
    levels = {
        "v1": {"cmov", "cx8", "fpu", "fxsr", "lm", "mmx", "sse", "sse2", "syscall"},
        "v2": {"cx16", "lahf_lm", "pni", "popcnt", "sse4_1", "sse4_2", "ssse3"},
        "v3": {"abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"},
        "v4": {"avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl"},
    }
    assert not set(FLAGS["openFlags"]) & {flag for flags in FLAGS["flags"].values() for flag in flags}
    for name, flags in FLAGS["flags"].items():
        model = CATALOG.cpu_model(name)
        assert model is not None, name
        assert flags == sorted(flags)
        reached = [level for level in levels if all(levels[one] <= set(flags) for one in levels if one <= level)]
        assert (reached or ["none"])[-1] == model.level, name


def test_evc_modes_name_models() -> None:
    assert [mode for mode, name in DATA["evc"].items() if CATALOG.cpu_model(name) is None] == []
