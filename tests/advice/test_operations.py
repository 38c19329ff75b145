"""What a platform is and does decides: who manages it, what happens when a host fails, whom it is made for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.advice.test_properties import Manifest, manifests, run
from tests.advice.test_ranking import fitting
from tests.properties import examples
from vmlint.advice.cells import Guest, cell
from vmlint.catalog import Catalog, Platform

if TYPE_CHECKING:
    from tests.conftest import Vmlint

HOST = "host: {virtualized: false, cpu: {vendor: intel, features: [vmx, ept]}}\n"
SERVICE = "kind: service\nenvironment: production\nguest: {platform: linux/amd64}\n" + HOST


def first(spec: str) -> str:
    return fitting(spec)[0].platform


def scores(spec: str) -> dict[str, float]:
    """The best score of each platform that fits."""
    found: dict[str, float] = {}
    for each in fitting(spec):
        found[each.platform] = max(found.get(each.platform, 0.0), each.score)
    return found


def test_what_restarts_a_machine_elsewhere_comes_before_what_does_not() -> None:
    found = scores(SERVICE + "requirements: {availability: ha, isolation: {level: vm}}")
    managed = ("vmware-esxi", "hyperv", "xcp-ng", "proxmox-ve", "incus")
    assert min(found[platform] for platform in managed) > max(found[p] for p in ("kvm", "xen", "cloud-hypervisor"))


def test_central_management_decides_where_it_is_demanded() -> None:
    demanded = SERVICE + "requirements: {management: {central: true}, isolation: {level: vm}}"
    assert scores(demanded)["proxmox-ve"] - scores(demanded)["kvm"] >= 0.2
    without = SERVICE + "requirements: {isolation: {level: vm}}"
    assert scores(without)["proxmox-ve"] - scores(without)["kvm"] < 0.2


def test_no_component_comes_first_in_production() -> None:
    for demand in ("isolation: {level: vm}", "mobility: {liveMigration: required}", "performance: {class: high}"):
        found = fitting(f"{SERVICE}requirements: {{{demand}}}")
        assert found[0].platform not in ("qemu", "cloud-hypervisor", "firecracker", "gvisor", "kata")


def test_a_manager_that_moves_machines_comes_before_a_hand_that_does() -> None:
    found = scores(SERVICE + "requirements: {mobility: {liveMigration: required}}")
    assert found["proxmox-ve"] > found["kvm"] > found["xen"] - 0.2


def test_what_conditions_depend_on_has_its_place_by_score() -> None:
    found = fitting(SERVICE + "requirements: {availability: ha}")
    scored = [each.score for each in found if not each.risks and each.mode != "emulation"]
    assert scored == sorted(scored, reverse=True)


@pytest.mark.parametrize("guest", ["win11", "macos15"])
def test_no_container_is_offered_for_a_desktop(guest: str) -> None:
    assert fitting(f"kind: desktop\nguest: {{os: {guest}}}\n" + HOST) or guest == "macos15"
    assert not [each for each in fitting(f"guest: {{os: {guest}}}") if each.architecture == "container"]


def test_a_container_stays_on_offer_for_who_has_one() -> None:
    spec = "kind: desktop\nguest: {platform: linux/amd64}\ndeployment: {platform: docker, image: 'kiosk:1'}"
    assert [each for each in fitting(spec) if each.architecture == "container"]


def test_a_guest_for_another_cpu_is_emulated_or_not_run() -> None:
    spec = "guest: {platform: solaris/sparc64}\nhost: {platform: linux/amd64}\n"
    assert {each.mode for each in fitting(spec)} == {"emulation"}
    assert not fitting(spec + "environment: production")
    unknown = "guest: {platform: linux/arm64}\nrequirements: {isolation: {level: vm}}"  # the host's CPU is not stated
    assert not {"vmware-esxi", "xenserver", "xcp-ng"} & {each.platform for each in fitting(unknown)}


def test_macos_stays_on_computers_of_apple() -> None:
    spec = "guest: {os: macos15, platform: darwin/arm64}\nenvironment: production\nkind: ci-runner"
    offered = {each.platform for each in fitting(spec)}
    assert {"parallels", "utm"} <= offered
    assert not {"vmware-esxi", "xen", "proxmox-ve", "xcp-ng", "vmware-workstation"} & offered
    assert not [each for each in fitting(spec) if "VM201" in each.warnings]


def test_a_system_that_is_installed_on_the_host_is_kept() -> None:
    spec = "guest: {os: freebsd14.0, platform: freebsd/amd64}\nkind: service\nenvironment: production\n"
    host = "host: {os: freebsd14.0, virtualized: false, cpu: {vendor: intel, features: [vmx, ept]}}"
    assert scores(spec + host)["bhyve"] >= scores(spec + host)["vmware-esxi"]


def test_a_machine_at_the_edge_gets_no_cluster() -> None:
    spec = "environment: production\nguest: {platform: linux/arm64}\ndeployment: {image: 'till:1'}\n"
    small, large = (f"host: {{platform: linux/arm64, memory: {size}}}" for size in ("4Gi", "64Gi"))
    assert scores(spec + small)["kubernetes"] < scores(spec + large)["kubernetes"]
    assert first(spec + small) == "podman"


# -- what is not known -----------------------------------------------------------------------------------------------

SPARE = {
    "id": "acme",
    "name": "Acme",
    "placement": "bare-metal",
    "architectures": {"type1": "hw-assisted"},
    "modes": {"hw-assisted": {}},
    "host": {"source": ["judgement"]},
}


@pytest.mark.parametrize("column", ["availability", "central-management", "backup", "maturity", "for-servers"])
def test_what_is_not_known_costs_and_is_named(column: str) -> None:
    catalog = Catalog(local=(Platform("acme", SPARE),))
    unknown, known = (cell(catalog, column, platform, "hw-assisted") for platform in ("acme", "proxmox-ve"))
    assert 0 < unknown.value < known.value
    assert unknown.why.startswith("not known: ")


def test_a_guest_of_which_nothing_is_known_is_named() -> None:
    catalog = Catalog(local=(Platform("acme", SPARE),))
    assert "win2k22" in cell(catalog, "guest-support", "acme", "hw-assisted", Guest("win2k22")).why
    assert cell(catalog, "guest-support", "hyperv", "hw-assisted", Guest("win2k22")).value == 4


def test_reasons_speak_of_the_platform() -> None:
    found = fitting(SERVICE + "requirements: {availability: ha}")
    whys = {each.platform: {reason.column: reason.why for reason in each.reasons} for each in found}
    assert "vSphere" in whys["vmware-esxi"]["availability"]
    assert whys["proxmox-ve"]["availability"] != whys["xcp-ng"]["availability"]


def test_the_present_choice_is_scored_with_its_faults(vmlint: Vmlint) -> None:
    head = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: now}\nspec:\n"
    spec = "  environment: production\n  guest: {os: %s}\n  deployment: {platform: xen, mode: pv}\n"
    now = {}
    for guest in ("win2k22", "debian12"):
        Path("w.vmlint.yaml").write_text(head + spec % guest, "utf-8")
        report = json.loads(vmlint("suggest", "--format", "json", "w.vmlint.yaml").stdout)
        now[guest] = report["workloads"][0]["current"]["score"]
    assert now["win2k22"] == 0.0  # it cannot run
    assert 0 < now["debian12"] < 1


@examples(30)
@given(manifests, st.sampled_from([("labels", {"team": "a"}), ("annotations", {"note": "b"})]))
def test_a_fact_that_nothing_reads_changes_nothing(manifest: Manifest, fact: tuple[str, dict[str, str]]) -> None:
    more = json.loads(json.dumps(manifest))
    more["metadata"][fact[0]] = fact[1]
    plain = [[dict(each.changes) for each in d.suggestions] for d in run(manifest).diagnostics]
    assert [[dict(each.changes) for each in d.suggestions] for d in run(more).diagnostics] == plain
