"""Facts that the catalogue lacks: their entry and their name stay separate, for any id of the entry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vmlint.catalog import GuestOS
from vmlint.findings.unknown import CatalogFact, Unknown, catalog_fact

if TYPE_CHECKING:
    from tests.conftest import Vmlint


@pytest.mark.parametrize("entry", ["kvm", "rhel5.4", "windows-server-2008r2", "esxi 8.0", "2.5 GHz cpu"])
@pytest.mark.parametrize("keys", [("lifecycle",), ("kernel", "vsyscall")])
def test_entry_and_fact_stay_apart(entry: str, keys: tuple[str, ...]) -> None:
    with pytest.raises(Unknown) as missing:
        GuestOS(entry, {}).fact(*keys)
    assert catalog_fact(missing.value.path) == CatalogFact(entry, ".".join(keys))


def test_a_manifest_field_is_not_a_catalogue_fact() -> None:
    assert catalog_fact("host.kernel.version") is None


HEAD = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: old}\nspec:\n"


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        (
            "  guest: {os: msdos6.22}\n  deployment: {platform: kvm}\n",
            "vmlint's catalogue does not know lifecycle of msdos6.22, for VM704",
        ),
        (
            "  guest: {os: rhel10.0}\n  deployment: {platform: kvm, cpuModel: EPYC-9.9}\n",
            "vmlint's catalogue does not know cpuLevel of EPYC-9.9, for VM",
        ),
        (
            "  guest: {os: winvista}\n  deployment: {platform: hyperv}\n",
            "vmlint's catalogue does not know guest.releases of hyperv, for VM104",
        ),
    ],
    ids=["dotted id", "dotted word", "dotted fact"],
)
def test_check_names_entry_and_fact(vmlint: Vmlint, spec: str, shown: str) -> None:
    Path("a.yaml").write_text(HEAD + spec)
    lines = [line.strip() for line in vmlint("check", "--undecided").stdout.splitlines() if "catalogue" in line]
    assert [line for line in lines if line.startswith(shown)], lines


def test_suggest_names_entry_and_fact(vmlint: Vmlint) -> None:
    Path("a.yaml").write_text(f'{HEAD}  guest: {{os: debian12, kernel: {{requires: ">=5.10"}}}}\n')
    shown = " ".join(vmlint("suggest", "a.yaml", "--all").stdout.split())
    assert "gvisor allows it (the catalogue does not know its kernel)" in shown, shown
