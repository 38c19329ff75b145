"""The data files: each against its schema, every source known, every cross-reference resolved."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vmlint.catalog import BUILTIN, DATA, Catalog, DataFile, data_folder, table
from vmlint.catalog.lifecycle import ENDED
from vmlint.catalog.records import GUEST_STATUSES
from vmlint.model.kinds import words_of
from vmlint.model.vocabulary import Architecture, ModeName
from vmlint.reading.schemas import schema, validator

CATALOG = Catalog()
MISLEADING = {"CT-C4", "FV-S1", "FV-S3", "FV-C1", "CH-4"}
"""Statements of the article that may not be used as facts, since they would mislead."""

TABLES = (
    "aliases",
    "architectures",
    "article",
    "boot_loaders",
    "capabilities",
    "cpu_flags",
    "cpu_models",
    "general_texts",
    "guest_files",
    "guest_images",
    "guest_words",
    "kernels",
    "machine_types",
    "moves",
    "platform_names",
    "setting_words",
    "sources",
    "windows_images",
)
FILES = [
    *((file, "platform") for file in BUILTIN.platforms),
    *((file, "guest") for file in BUILTIN.guests),
    *((table(name), name) for name in TABLES),
]
each_file = pytest.mark.parametrize(("file", "schema"), FILES, ids=[file.path.name for file, _ in FILES])


@each_file
def test_data_file_fits_its_schema(file: DataFile, schema: str) -> None:
    assert [f"{list(error.absolute_path)}: {error.message}" for error in validator(schema).iter_errors(file.data)] == []


def cited(data: Any) -> Iterator[str]:
    """Every source that a data file names, wherever it names it."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("source", "correctionSource", "ownNamesSource", "armCoresSource"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from cited(value)
    elif isinstance(data, list):
        for item in data:
            yield from cited(item)


def known_sources() -> set[str]:
    return {*CATALOG.sources, *CATALOG.article["statements"], "judgement"}


@each_file
def test_sources_exist(file: DataFile, schema: str) -> None:
    unknown = {source for source in cited(file.data) if source not in known_sources()}
    assert {source for source in unknown if not source.startswith("https://")} == set()


def test_no_cell_cites_a_misleading_statement() -> None:
    assert not MISLEADING & set(cited(CATALOG.capabilities))


def test_platform_ids_and_aliases() -> None:
    aliases = [alias for platform in CATALOG.platforms.values() for alias in platform.data.get("aliases", ())]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & set(CATALOG.platforms)
    assert [alias for alias in aliases if alias != alias.lower()] == []
    for platform in CATALOG.platforms.values():
        assert platform.data["id"] == platform.id


def test_platforms_are_consistent() -> None:
    for platform in CATALOG.platforms.values():
        assert set(platform.architectures) <= set(words_of(Architecture))
        assert {mode for mode in platform.architectures.values() if mode} <= set(platform.modes), platform.id
        assert set(platform.modes) <= set(CATALOG.modes)
        assert set(platform.data.get("successor", ())) <= set(CATALOG.platforms)
        product = platform.data.get("lifecycle", {}).get("product")
        assert product is None or CATALOG.cycles(product), platform.id
        assert date.fromisoformat(platform.data["checked"])


def test_the_twelve_systems_of_the_article() -> None:
    systems = {
        "vmware-esxi": "T1-E1", "hyperv-server": "T1-E2", "xenserver": "T1-E3", "vmware-workstation": "T2-E1",
        "virtualbox": "T2-E2", "parallels": "T2-E3", "xen": "PV-E1", "kvm": "PV-E2", "docker": "CT-E1", "lxc": "CT-E2",
        "kubernetes": "CT-E3", "qemu": "FV-E3",
    }  # fmt: skip
    for id, statement in systems.items():
        platform = CATALOG.platform(id)
        assert platform is not None
        assert statement in platform.data["article"]


def test_guest_ids_and_aliases() -> None:
    aliases = [alias for guest in CATALOG.guests.values() for alias in guest.data.get("aliases", ())]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & set(CATALOG.guests)
    assert [alias for alias in aliases if alias != alias.lower()] == []


def test_built_in_words_win_over_later_folders(tmp_path: Path) -> None:
    (tmp_path / "platforms").mkdir()
    (tmp_path / "guests").mkdir()
    (tmp_path / "platforms" / "aaa.yaml").write_text("id: aaa\naliases: [vbox, aa]\n", "utf-8")
    guests = "family: other\nstems: {debian: Fake}\nguests: {aaa: {aliases: [windows-server-2022]}}\n"
    (tmp_path / "guests" / "aaa.yaml").write_text(guests, "utf-8")
    catalog = Catalog((BUILTIN, data_folder(tmp_path, "plugin aaa")))
    assert [catalog.platform_id(word) for word in ("vbox", "aa")] == ["virtualbox", "aaa"]
    assert catalog.guest_id("windows-server-2022") == "win2k22"
    assert catalog.guests.stems["debian"] == "linux"


def test_guests_have_sources_and_real_cycles() -> None:
    for guest in CATALOG.guests.values():
        assert guest.data.get("source"), guest.id
        if guest.has("lifecycle"):
            about = guest.fact("lifecycle")
            cycles = {cycle.cycle for cycle in CATALOG.cycles(about["product"])}
            assert {about["cycle"], *about.get("editions", {}).values()} <= cycles, guest.id


@pytest.mark.parametrize(
    ("word", "id", "family"),
    [
        ("win2k22", "win2k22", "windows"),
        ("windows-server-2022", "win2k22", "windows"),
        ("Debian12", "debian12", "linux"),
        ("fedora99", "fedora99", "linux"),
        ("freebsd14.0", "freebsd14.0", "freebsd"),
        ("msdos6.22", "msdos6.22", "dos"),
    ],
)
def test_guest_look_up(word: str, id: str, family: str) -> None:
    found = CATALOG.guest(word)
    assert found is not None
    assert (found.id, found.family) == (id, family)


def test_words_that_are_no_guest() -> None:
    assert CATALOG.guest("windowz") is None
    assert CATALOG.guest("") is None


@pytest.mark.parametrize(
    ("product", "version", "cycle"),
    [
        ("vmware-esxi", "8.0U2", "8.0"),
        ("vmware-esxi", "8.0.3", "8.0"),
        ("proxmox-ve", "9.1", "9"),
        ("kubernetes", "1.36", "1.36"),
        ("kubernetes", "1.3", None),
        ("xcp-ng", "8.2", "8.2"),
        ("windows-server", "2022", "2022"),
        ("no-such-product", "1", None),
    ],
)
def test_cycle_of_a_version(product: str, version: str, cycle: str | None) -> None:
    found = CATALOG.cycle(product, version)
    assert (found.cycle if found else None) == cycle


def test_lifecycle_dates_are_in_order() -> None:
    with (DATA / "lifecycle.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            columns = ("released", "active_until", "security_until", "paid_until")
            days = [date.fromisoformat(row[column]) for column in columns if row[column] not in ("", ENDED)]
            assert all(before <= after for before, after in itertools.pairwise(days)), row
            assert row["source"] in CATALOG.sources


def test_every_row_is_read() -> None:
    with (DATA / "lifecycle.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["product"], row["cycle"], row["security_until"], row["source"]) for row in csv.DictReader(file)]
    products = dict.fromkeys(product for product, *_ in rows)
    found = [each for product in products for each in CATALOG.cycles(product)]
    assert [
        (
            each.product,
            each.cycle,
            ENDED if each.ended else each.security_until.isoformat() if each.security_until else "",
            each.source,
        )
        for each in found
    ] == rows


def test_vendor_dates_win() -> None:
    cycle = CATALOG.cycle("xcp-ng", "8.2")
    assert cycle is not None
    assert cycle.security_until == date(2025, 9, 16)  # the vendor's own table, later than endoflife.date's


def test_capability_table_is_whole_and_keeps_its_order() -> None:
    table = CATALOG.capabilities
    classes = set(table["classes"])
    for name, column in table["columns"].items():
        shared = set(column.get("cells", {}))
        assert shared <= classes, name
        assert shared == classes or "unknown" in column["levels"], name
        assert set(column.get("platforms", {})) <= set(CATALOG.platforms), name
    for mode in CATALOG.modes.values():
        assert {mode.data["class"], mode.data.get("hostedClass", mode.data["class"])} <= classes
    isolation = {name: cell["value"] for name, cell in table["columns"]["isolation"]["cells"].items()}
    assert isolation["container-shared"] < isolation["gvisor"] < isolation["type1-hw"]
    performance = {name: cell["value"] for name, cell in table["columns"]["performance"]["cells"].items()}
    assert performance["emulation"] == min(performance.values())
    for entry in table["weights"]:
        assert set(entry["columns"]) <= set(table["columns"])


@pytest.mark.parametrize("name", [name for name, each in CATALOG.capabilities["columns"].items() if "levels" in each])
def test_every_value_of_a_fact_is_worth_something(name: str) -> None:
    column = CATALOG.capabilities["columns"][name]
    about = schema("platform")
    for step in column["property"].split("."):
        about = about["properties"][step]
    values = set(about.get("enum") or about.get("items", {}).get("enum") or GUEST_STATUSES)
    assert set(column["levels"]) - {"unknown"} == values
    unknown = column["levels"].get("unknown")
    if unknown:  # it costs, but what is known to be bad costs more
        assert min(each["value"] for each in column["levels"].values()) <= unknown["value"] < 3
        assert unknown["why"].startswith("not known: ")


def test_all_statements_of_the_article() -> None:
    statements = CATALOG.article["statements"]
    assert len(statements) == 120
    assert set(words_of(ModeName)) == set(CATALOG.modes)
    assert set(words_of(Architecture)) == set(CATALOG.architectures)
    for id in MISLEADING:
        assert statements[id]["correction"]


def test_every_spelling_leads_to_one_word() -> None:
    for kind, about in table("aliases").data.items():
        spellings = [alias for aliases in about.get("aliases", {}).values() for alias in aliases]
        spellings += about.get("instead", ())
        assert len(spellings) == len(set(spellings)), kind
