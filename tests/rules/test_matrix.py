"""Rules by platforms: every platform with every mode it has, and with one it has not, generated from the catalogue.

A workload that suits the platform must pass without an error in every current mode; a mode that the platform lacks must
be an error of the rule that says so; and nothing may crash, whatever the guest and the host are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest

from vmlint.api import Severity
from vmlint.catalog import Platform
from vmlint.extend.plugins import load
from vmlint.lint.profiles import DEFAULT
from vmlint.reading.context import Context
from vmlint.reading.file import File
from vmlint.run.check import Checked, check
from vmlint.run.files import open_reference
from vmlint.run.settings import Settings

TODAY = date(2026, 11, 22)
INSTALLED = load()
CATALOG = INSTALLED.catalog
RULES = tuple(rule for rule in INSTALLED.rules if DEFAULT.admits(rule))
# No judges: the advisor's candidates are not tested here, and they take most of the time.
SETTINGS = Settings(RULES, (), Context(CATALOG, TODAY, open_reference), profile=DEFAULT)

GUESTS = {
    "linux": {"os": "debian13", "platform": "linux/{arch}"},
    "windows": {"os": "win2k25", "platform": "windows/{arch}"},
    "freebsd": {"os": "freebsd14.3", "platform": "freebsd/{arch}"},
    "darwin": {"os": {"family": "darwin"}, "platform": "darwin/{arch}"},
    "dos": {"os": "msdos6.22"},
    "unikernel": {"os": {"family": "unikernel"}},
}
FEATURES = {"amd64": ["vmx", "ept"], "arm64": ["el2"]}


class Pairing(NamedTuple):
    """A platform in one of its modes, under one of the words that can mean it."""

    platform: Platform
    mode: str
    architecture: str

    def __str__(self) -> str:
        return f"{self.platform.id}-{self.mode}-{self.architecture}"


def pairings() -> Iterator[Pairing]:
    for platform in CATALOG.platforms.values():
        for mode in platform.modes:
            container = CATALOG.modes[mode].is_container
            words = [word for word, usual in platform.architectures.items() if usual == mode]
            others = [word for word in platform.architectures if (word == "container") == container]
            if mode == "emulation" and "full-virtualization" in others:
                others = ["full-virtualization"]
            for word in words or others or list(platform.architectures):
                yield Pairing(platform, mode, word)


PAIRINGS = list(pairings())


def manifest(pairing: Pairing, family: str, mode: str | None = None) -> dict[str, Any]:
    """A workload for a host that suits the platform, with a guest of a family."""
    platform = pairing.platform
    hosts = [name for name in platform.data["host"].get("os", ["linux"]) if name != "ios"]
    system = "linux" if hosts[0] == "own" else hosts[0]
    if family in hosts and CATALOG.modes[mode or pairing.mode].is_container:
        system = family  # containers run on their own family's kernel
    built_for = platform.data["host"].get("arch", ["amd64"])
    arch = "amd64" if "amd64" in built_for else built_for[0]
    if system == "darwin" and "arm64" in built_for:
        arch = "arm64"
    host: dict[str, Any] = {"platform": f"{system}/{arch}", "virtualized": False, "iommu": True, "memory": "256Gi"}
    host["cpu"] = {
        "features": FEATURES.get(arch, []),
        "vendor": {"darwin": "apple"}.get(system, "intel"),
        "level": "v3",
    }
    if arch != "amd64":
        del host["cpu"]["level"]
    guest = json.loads(json.dumps(GUESTS[family]).replace("{arch}", arch))
    if guest["os"] == "win2k25" and arch == "arm64":
        guest["os"] = "win11"
    deployment: dict[str, Any] = {
        "platform": platform.id,
        "architecture": pairing.architecture,
        "mode": mode or pairing.mode,
    }
    version = version_with(platform, deployment["mode"])
    if version:
        deployment["platform"] = {"id": platform.id, "version": version}
    if not CATALOG.modes[deployment["mode"]].is_container and platform.has("firmware", "types"):
        uefi = "uefi" in platform.fact("firmware", "types")
        deployment["firmware"] = {"type": "uefi", "secureBoot": True, "tpm": "2.0"} if uefi else {"type": "bios"}
    return {
        "apiVersion": "vmlint/v1",
        "kind": "Workload",
        "metadata": {"name": "matrix"},
        "spec": {"environment": "dev", "instances": 1, "guest": guest, "host": host, "deployment": deployment},
    }


def version_with(platform: Platform, mode: str) -> str | None:
    """A release of the platform that has the mode and is still maintained; ``None`` where releases do not matter."""
    if not platform.has("lifecycle"):
        return platform.modes.get(mode, {}).get("since")
    maintained = [
        cycle.cycle
        for cycle in CATALOG.cycles(platform.fact("lifecycle", "product"))
        if cycle.security_until is None or cycle.security_until >= TODAY
    ]
    return maintained[0] if maintained else None


def linted(document: dict[str, Any]) -> Checked:
    result = check(File("matrix.vmlint.yaml", json.dumps(document).encode()), SETTINGS)
    assert result.crashes == ()
    assert len(result.subjects) == 1, [found.message for found in result.diagnostics]
    return result


def errors(result: Checked) -> list[str]:
    return [f"{found.code}: {found.message}" for found in result.diagnostics if found.severity is Severity.ERROR]


def suiting(pairing: Pairing) -> str:
    """A family of guests that runs there."""
    limits = [pairing.platform.guest_families(pairing.mode), CATALOG.modes[pairing.mode].data.get("families")]
    allowed = set(GUESTS).intersection(*(set(limit) for limit in limits if limit))
    return next(family for family in GUESTS if family in allowed)


def current(pairing: Pairing) -> bool:
    offer = pairing.platform.modes[pairing.mode]
    return not offer.keys() & {"removed", "unsupported"} and offer.get("status") is None


@pytest.mark.parametrize("pairing", [each for each in PAIRINGS if current(each)], ids=str)
def test_a_mode_that_the_platform_has_passes_with_a_guest_that_suits_it(pairing: Pairing) -> None:
    assert errors(linted(manifest(pairing, suiting(pairing)))) == []


@pytest.mark.parametrize("platform", list(CATALOG.platforms.values()), ids=lambda platform: platform.id)
def test_a_mode_that_the_platform_has_not_is_an_error(platform: Platform) -> None:
    own = [pairing for pairing in PAIRINGS if pairing.platform.id == platform.id]
    container = CATALOG.modes[own[0].mode].is_container
    lacking = [
        name for name, mode in CATALOG.modes.items() if mode.is_container == container and name not in platform.modes
    ]
    assert lacking
    for mode in lacking:
        families = CATALOG.modes[mode].data.get("families", ["linux"])
        codes = {found.code for found in linted(manifest(own[0], families[0], mode)).diagnostics}
        if mode in ("pv", "pvh") and platform.has("devices", "driver") and platform.fact("devices", "driver") == "xen":
            continue  # a product built on Xen, without a source on its support for Xen's own modes
        assert codes & {"VM621", "VM623"}, mode


@pytest.mark.parametrize("family", GUESTS)
@pytest.mark.parametrize("pairing", PAIRINGS, ids=str)
def test_nothing_crashes_for_any_guest(pairing: Pairing, family: str) -> None:
    bare = manifest(pairing, family)
    linted(bare)
    for gone in ("host", "guest"):
        linted({**bare, "spec": {key: value for key, value in bare["spec"].items() if key != gone}})


def test_the_matrix_is_whole() -> None:
    assert {pairing.platform.id for pairing in PAIRINGS} == set(CATALOG.platforms)
    assert {(pairing.platform.id, pairing.mode) for pairing in PAIRINGS} == {
        (platform.id, mode) for platform in CATALOG.platforms.values() for mode in platform.modes
    }
