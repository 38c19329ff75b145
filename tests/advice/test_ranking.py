"""Which candidates come first, which come last, and which are not offered at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import pytest

from vmlint.advice.advise import advise
from vmlint.extend.plugins import Installed, load
from vmlint.findings.verdict import Candidate
from vmlint.lint.engine import by_stage
from vmlint.reading.context import Context
from vmlint.reading.file import File
from vmlint.reading.manifest import read
from vmlint.run.files import open_reference
from vmlint.testing import TODAY

if TYPE_CHECKING:
    from tests.conftest import Vmlint


@cache
def installed() -> Installed:
    return load()


@cache
def fitting(spec: str) -> Sequence[Candidate]:
    """The candidates that fit, best first."""
    catalog = installed().catalog
    text = f"apiVersion: vmlint/v1\nkind: Workload\nmetadata: {{name: ranked}}\nspec:\n{indent(spec, '  ')}\n"
    (found,) = read(File("w.vmlint.yaml", text.encode()), Context(catalog, TODAY, open_reference))
    assert found.subject is not None, found.faults
    return advise(found.subject.workload, by_stage(installed().rules, "workload"), ()).fitting


def places(spec: str, what: str) -> list[int]:
    """The ranks of the candidates of one mode or of one platform."""
    return [rank for rank, each in enumerate(fitting(spec)) if what in (each.mode, each.platform)]


UNTRUSTED = "requirements: {isolation: {tenancy: untrusted-multi}}\n"


@pytest.mark.parametrize("extra", ["", "\nhost: {platform: linux/amd64}"])
def test_without_any_sign_of_windows_no_windows_only_platform_is_offered(extra: str) -> None:
    spec = UNTRUSTED + "deployment: {platform: docker}" + extra
    assert fitting(spec)[0].mode == "kata"
    assert not {"process", "hyperv"} & {each.mode for each in fitting(spec)}


@pytest.mark.parametrize(
    ("platform", "extra"),
    [
        ("docker", "guest: {platform: windows/amd64}"),
        ("docker", "host: {platform: windows/amd64}"),
        ("docker, mode: process", "host: {virtualized: false}"),
    ],
)
def test_any_sign_of_windows_offers_the_platforms_for_windows(platform: str, extra: str) -> None:
    first = fitting(UNTRUSTED + f"deployment: {{platform: {platform}}}\n{extra}")[0]
    assert (first.platform, first.mode) == ("docker", "hyperv")


def test_another_system_on_the_host_comes_after_all_that_fits_the_stated_one() -> None:
    spec = "guest: {os: win2k22}\nhost: {platform: linux/amd64}\ndeployment: {platform: docker}"
    other = [
        bool({"host.platform", "host.os.family"} & {path for path, value in each.changes.items() if value})
        for each in fitting(spec)
        if each.mode != "emulation"
    ]
    assert other == sorted(other)
    assert set(other) == {False, True}


EMULATED = "environment: dev\nguest: {%s}\nhost: {platform: linux/amd64, virtualized: false}"


@pytest.mark.parametrize("guest", ["os: debian12, platform: linux/amd64", "os: debian12", "platform: linux/amd64"])
def test_emulation_comes_last_where_nothing_asks_for_it(guest: str) -> None:
    spec = EMULATED % guest
    assert places(spec, "emulation")[-1] == len(fitting(spec)) - 1
    others = [rank for rank, each in enumerate(fitting(spec)) if each.mode != "emulation"]
    assert max(others) < min(places(spec, "emulation"))


@pytest.mark.parametrize("guest", ["os: winxp, platform: windows/386", "os: debian12, platform: linux/arm64"])
def test_emulation_has_its_place_for_old_systems_and_foreign_cpus(guest: str) -> None:
    spec = EMULATED % guest
    emulated = [rank for rank, each in enumerate(fitting(spec)) if (each.platform, each.mode) == ("qemu", "emulation")]
    assert emulated
    assert emulated[0] < len(fitting(spec)) - 1


def test_a_hypervisor_is_told_to_emulate_last() -> None:
    spec = EMULATED % "os: winxp, platform: windows/386"
    assert [each.platform for each in fitting(spec)][-1] == "proxmox-ve"


@pytest.mark.parametrize(
    ("guest", "host", "platform", "offered"),
    [
        ("debian12", "darwin/arm64", "lima", True),
        ("win11", "darwin/arm64", "lima", False),
        ("macosx14", "darwin/arm64", "lima", False),
        ("freebsd14.0", "linux/amd64", "firecracker", False),
        ("debian12", "linux/amd64", "vmware-esxi", True),
        ("debian12", "linux/arm64", "vmware-esxi", False),
        ("debian12", "freebsd/amd64", "podman", False),
    ],
)
def test_experiments_are_not_offered(guest: str, host: str, platform: str, offered: bool) -> None:
    assert bool(places(f"guest: {{os: {guest}}}\nhost: {{platform: {host}}}", platform)) is offered


def test_the_present_platform_is_kept_on_offer_although_it_is_an_experiment() -> None:
    spec = "guest: {os: win11}\nhost: {platform: darwin/arm64}\ndeployment: {platform: lima, mode: hw-assisted}"
    assert "lima" not in [each.platform for each in fitting(spec.partition("\ndeployment")[0])]
    changed = "requirements: {isolation: {level: vm}}\n" + spec.replace("hw-assisted", "emulation")
    assert places(changed, "lima")


def test_the_usual_mode_of_a_platform_comes_before_an_equal_one() -> None:
    spec = "guest: {platform: linux/amd64}\nhost: {platform: linux/amd64}\ndeployment: {platform: kvm, mode: emulation}"
    assert min(places(spec, "runc")) < min(places(spec, "crun"))
    docker = [each.mode for each in fitting(spec) if each.platform == "docker"]
    assert docker.index("runc") < docker.index("crun")


def test_where_only_the_platform_is_stated_only_the_mode_is_suggested() -> None:
    kata = next(each for each in fitting(UNTRUSTED + "deployment: {platform: docker}") if each.mode == "kata")
    assert (kata.platform, dict(kata.changes)) == ("docker", {"deployment.mode": "kata"})


def test_a_needed_word_is_suggested() -> None:
    lima = "guest: {platform: linux/arm64}\nhost: {platform: darwin/arm64}\ndeployment: {platform: lima}"
    changes = {each.mode: dict(each.changes) for each in fitting(lima) if each.platform == "lima"}
    assert changes["runc"] == {"deployment.architecture": "container"}
    assert changes["hw-assisted"]["deployment.architecture"] == "type2"


# -- what is shown beside a finding ----------------------------------------------------------------------------------


def suggested(vmlint: Vmlint, spec: str, code: str) -> list[dict[str, str | None]]:
    """The changes that are shown beside a finding."""
    head = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: ranked}\nspec:\n"
    Path("w.vmlint.yaml").write_text(head + indent(spec, "  "), "utf-8")
    report = json.loads(vmlint("check", "--format", "json", "w.vmlint.yaml").stdout)
    (found,) = (each for each in report["findings"] if each["code"] == code)
    return [each["changes"] for each in found["suggestions"]]


def test_an_error_may_cost_another_system_on_the_host(vmlint: Vmlint) -> None:
    spec = (
        "guest: {os: win2k22, platform: windows/amd64}\nrequirements: {startup: 2s}\n"
        "host: {platform: linux/amd64}\ndeployment: {platform: docker, architecture: container}\n"
    )
    assert {"host.platform": "windows/amd64"}.items() <= suggested(vmlint, spec, "VM421")[0].items()


def test_a_warning_does_not_change_the_host_system(vmlint: Vmlint) -> None:
    spec = "host: {platform: linux/amd64}\ndeployment: {platform: docker, privileged: true}\nguest: {os: debian12}\n"
    shown = suggested(vmlint, spec, "VM407")
    assert shown
    assert not [changes for changes in shown if changes.get("host.platform")]


def test_another_platform_does_not_fix_an_old_host_system(vmlint: Vmlint) -> None:
    spec = "guest: {os: debian12}\nhost: {os: centos7}\ndeployment: {platform: docker@29}\n"
    assert suggested(vmlint, spec, "VM701") == []


def test_what_a_container_is_given_on_purpose_is_not_mended_by_another_platform(vmlint: Vmlint) -> None:
    """A tool that manages the engine needs its socket: elsewhere it would only be without it."""
    text = "services:\n  up:\n    image: example.org/up\n    volumes: [/var/run/docker.sock:/run/docker.sock]\n"
    seen = vmlint("check", "-", "--stdin-filename", "compose.yaml", stdin=text).stdout
    assert "warning[VM408]" in seen
    assert "fits" not in seen
    privileged = text.replace("    volumes", "    privileged: true\n    volumes")
    seen = vmlint("check", "-", "--stdin-filename", "compose.yaml", "--select", "VM407", stdin=privileged).stdout
    assert "fits" in seen
