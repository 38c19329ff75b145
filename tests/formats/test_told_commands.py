"""What the commands print that vmlint tells of is read, or the page of the feature says how to state it by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from vmlint.catalog import Catalog, table
from vmlint.catalog.fields import fields_of
from vmlint.report.feature_page import facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.conftest import Vmlint

TOLD: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "told.yaml").read_text("utf-8"))
"""The beginning of a command -> what it prints, and the fields that this states; nothing for one that is not read."""
READ = {command: sample for command, sample in TOLD.items() if sample}
FIELDS = {path: entry["show"] for path, entry in table("fields").data["fields"].items() if "show" in entry}
FOLLOWS = {"cpu.shownModel", "cluster.machineTypes", "cluster.nodes", "cluster.homogeneous", "hypervisor"}
"""Fields that follow from what is read, or that one sample of a command does not show."""


def sample_of(command: str) -> Mapping[str, Any] | None:
    """Return the sample of a command: that with the longest beginning that fits."""
    fits = [beginning for beginning in TOLD if command.startswith(beginning)]
    return (TOLD[max(fits, key=len)] or None) if fits else None


def printed(vmlint: Vmlint, text: str) -> set[str]:
    Path("said").write_text(text, encoding="utf-8")
    found = vmlint("host", "--from", "said")
    assert (found.status, found.stderr) == (0, "")
    return {*paths(yaml.safe_load(found.stdout)["spec"])}


def paths(block: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in block.items():
        yield above + key
        if isinstance(value, dict):
            yield from paths(value, f"{above}{key}.")


@pytest.mark.parametrize("command", READ)
def test_a_sample_states_its_fields(command: str, vmlint: Vmlint) -> None:
    assert printed(vmlint, READ[command]["prints"]) >= {*READ[command]["states"]}


@pytest.mark.parametrize("path", FIELDS)
def test_the_command_of_a_field_is_read(path: str) -> None:
    sample, field = sample_of(FIELDS[path]), path.removeprefix("host.")
    assert sample is not None, FIELDS[path]
    stated = sample["states"]
    assert field in FOLLOWS or field in stated or any(each.startswith(f"{field}.") for each in stated)


def test_each_command_of_a_feature_is_read_or_told_how_to_state() -> None:
    by_hand = []
    for feature in Catalog().features:
        if not feature.show or sample_of(feature.show):
            continue
        told = " ".join(facts(feature))
        by_hand += [feature.show] if "host.features" in told else []
        assert "host.features" in told or "in the file itself" in told, feature.id
    assert len(by_hand) < 45, by_hand


@pytest.mark.parametrize("feature", ["kernel.module.tun", "kernel.sysctl.vm.max_map_count", "gpu.vaapi"])
def test_the_page_of_a_feature_of_the_host_says_how_to_state_it(feature: str) -> None:
    found = Catalog().feature(feature)
    assert found is not None
    assert re.search(rf"{re.escape(feature)} under `present` or `absent`", " ".join(facts(found)))


def test_a_feature_of_the_deployment_is_stated_in_the_file() -> None:
    found = Catalog().feature("capability.SYS_ADMIN")
    assert found is not None
    assert fields_of(found.id)
    assert "host.features" not in " ".join(facts(found))


def test_outputs_of_one_folder_add_up(vmlint: Vmlint) -> None:
    """Whoever runs several of the commands on a machine puts what they print into one folder."""
    Path("rack").mkdir()
    for number, command in enumerate(("ls -l /dev/", "ls -d /dev/", "sysctl", "zgrep CONFIG_", "modinfo", "lsmod")):
        Path(f"rack/{number}").write_text(READ[command]["prints"], encoding="utf-8")
    Path("rack/another").write_text("fs.aio-max-nr = 65536\n", encoding="utf-8")
    found = vmlint("host", "--from", "rack")
    assert (found.status, found.stderr) == (0, "")
    host = yaml.safe_load(found.stdout)["spec"]
    assert host["features"]["present"] == ["device.dri", "device.tun", "kernel.module.tun"]
    assert host["kernel"]["sysctls"] == ["fs.aio-max-nr=65536", "vm.max_map_count=65530"]
    assert host["kernel"]["loaded"] == ["br_netfilter", "bridge"]


def test_of_two_outputs_that_differ_none_wins(vmlint: Vmlint) -> None:
    Path("rack").mkdir()
    for size in ("4096", "16384"):
        Path(f"rack/{size}").write_text(f"PAGE_SIZE    {size}\n", encoding="utf-8")
    Path("rack/uname").write_text(READ["uname -a"]["prints"], encoding="utf-8")
    found = vmlint("host", "--from", "rack")
    assert found.status == 2
    assert "rack/16384 and rack/4096 are of one kind, and do not say of which hosts they are" in found.stderr


def test_the_first_says_what_a_parameter_is(vmlint: Vmlint) -> None:
    Path("rack").mkdir()
    Path("rack/a").write_text("vm.max_map_count = 65530\n", encoding="utf-8")
    Path("rack/b").write_text("vm.max_map_count = 262144\nfs.file-max = 100\n", encoding="utf-8")
    host = yaml.safe_load(vmlint("host", "--from", "rack").stdout)["spec"]
    assert host["kernel"]["sysctls"] == ["fs.file-max=100", "vm.max_map_count=65530"]


MEANT = {
    "docker": ("Client: Docker Engine - Community\n Version: 27.3.1\n\nServer:\n Server Version: 27.3.1\n", "json"),
    "nodes": (
        "NAME   STATUS   ROLES    AGE   VERSION   INTERNAL-IP\nw1   Ready  <none>  1d  v1.31.4  10.0.0.1\n",
        "-o yaml",
    ),
    "lscpu": ("Architektur:   x86_64\nCPU Operationsmodus: 32-bit\nByte-Reihenfolge: Little\nCPU(s): 4\n", "LC_ALL=C"),
    "number": ("16384\n", "a number alone"),
    "limit": ("open files                          (-n) 1024\n", "deployment.ulimits"),
}


@pytest.mark.parametrize("name", MEANT)
def test_what_is_not_read_is_told_with_what_is(name: str, vmlint: Vmlint) -> None:
    text, hint = MEANT[name]
    Path("compose.yaml").write_text("services: {db: {image: mongo:7}}\n", encoding="utf-8")
    Path(name).write_text(text, encoding="utf-8")
    alone = vmlint("check", "--host", name, "compose.yaml")
    assert (alone.status, alone.stdout) == (2, "")
    assert hint in alone.stderr
    Path("rack").mkdir()
    Path(name).rename(f"rack/{name}")
    Path("rack/flags").write_text(READ["grep -m1 flags /proc/cpuinfo"]["prints"], encoding="utf-8")
    beside = vmlint("check", "--host", "rack", "compose.yaml")
    assert beside.status == 0
    assert f"passed over rack/{name}, given as a host: " in beside.stderr
    assert hint in beside.stderr
    assert vmlint("check", "--fail-on-skipped", "--host", "rack", "compose.yaml").status == 1
    assert "passed over" not in vmlint("check", "--quiet", "--host", "rack", "compose.yaml").stderr
    listed = vmlint("host", "--from", "rack")
    assert listed.status == 0
    assert "passed over" in listed.stderr


def test_a_folder_without_any_host_is_an_error(vmlint: Vmlint) -> None:
    Path("rack").mkdir()
    Path("rack/notes.txt").write_text("rack 7 is the old one\n", encoding="utf-8")
    Path("compose.yaml").write_text("services: {db: {image: mongo:7}}\n", encoding="utf-8")
    found = vmlint("check", "--host", "rack", "compose.yaml")
    assert found.status == 2
    assert "no file of the folder holds facts of a host, rack/notes.txt among them" in found.stderr


def test_many_processors_are_read(vmlint: Vmlint) -> None:
    one = "processor\t: {}\nvendor_id\t: GenuineIntel\nflags\t\t: fpu tsc msr cx8 lm " + "avx " * 200 + "\n\n"
    Path("cpuinfo").write_text("".join(one.format(number) for number in range(11_000)), encoding="utf-8")
    assert "count: 11000" in vmlint("host", "--from", "cpuinfo").stdout
