"""Which OS family a way of running needs, and which rule reports on Windows."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest

from tests.rules.made_up import catalog
from vmlint.findings.unknown import Unknown
from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import assign
from vmlint.model.workload import Workload

kernels = import_module("vmlint_rules.shared.kernels")
windows = import_module("vmlint_rules.shared.windows")
wording = import_module("vmlint_rules.shared.wording")


def workload(guest: str = "", host: str = "", platform: str = "", mode: str = "", architecture: str = "") -> Workload:
    made = Workload(catalog(), DERIVATIONS, date(2026, 11, 22))
    stated = {
        f"guest.{'platform' if '/' in guest else 'os.id'}": guest,
        f"host.{'platform' if '/' in host else 'os.id'}": host,
        "deployment.platform.id": platform,
        "deployment.mode": mode,
        "deployment.architecture": architecture,
    }
    for path, text in stated.items():
        if text:
            assign(made, path, text)
    return made


def answer(name: str, made: Workload) -> object:
    """The answer to a question, or the field that it needs."""
    try:
        return getattr(windows, name)(made)
    except Unknown as missing:
        return missing.path


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (("win2k22", "", "docker", "runc"), True),
        (("debian12", "", "docker", "process"), False),
        (("", "", "docker", "hyperv"), True),
        (("", "", "docker", "runc"), "guest.os.id"),
        (("", "", "hyperv", "hw-assisted"), "guest.os.id"),
        (("", "", "", ""), "guest.os.id"),
    ],
)
def test_whether_the_guest_is_windows(facts: tuple[str, ...], expected: object) -> None:
    assert answer("is_windows", workload(*facts)) == expected


@pytest.mark.parametrize(
    ("id", "has_none"),
    [
        ("winxp", True),
        ("win2k12r2", True),
        ("win10", True),
        ("win2k16", False),
        ("win2k22", False),
        ("debian12", False),
    ],
)
def test_releases_of_windows_without_images(id: str, has_none: bool) -> None:
    assert windows.has_no_image(workload(id)) is has_none


def test_an_unstated_release_is_not_one_without_images() -> None:
    assert windows.has_no_image(workload()) is False
    assert windows.has_no_image(workload("windows/amd64")) is False
    assert windows.has_no_image(workload("of-nobody")) is False
    assert windows.precedes_images(None) is False
    assert windows.is_desktop_release(None) is False
    assert windows.precedes_images(catalog().guests["win10"]) is False
    assert windows.precedes_images(catalog().guests["win8.1"]) is True
    assert windows.is_desktop_release(catalog().guests["win2k8"]) is False


@pytest.mark.parametrize(
    ("platform", "runs"),
    [("docker", True), ("docker-desktop", True), ("kubernetes", True), ("lxc", False), ("firecracker", False)],
)
def test_platforms_that_run_windows_images(platform: str, runs: bool) -> None:
    assert windows.runs_windows_images(workload(platform=platform)) is runs


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (("win2k22", "linux/amd64", "docker"), True),
        (("win2k22", "windows/amd64", "docker"), False),
        (("win2k22", "darwin/arm64", "docker"), False),  # where the engine does not run, VM623 reports it
        (("win2k22", "linux/amd64", "lxc"), False),
        (("debian12", "linux/amd64", "docker"), False),
        (("win2k22", "", "docker"), "host.platform"),
        (("win2k22", "windows/amd64", "docker-desktop", "runc"), True),
        (("win2k22", "windows/amd64", "docker-desktop", "hyperv"), False),
        (("win2k22", "windows/amd64", "docker-desktop"), "deployment.mode"),
        (("win2k22", "darwin/arm64", "docker-desktop"), True),
    ],
)
def test_windows_images_without_a_windows(facts: tuple[str, ...], expected: object) -> None:
    assert answer("needs_windows", workload(*facts)) == expected
    assert windows.lacks_windows(workload(*facts)) is (expected is True)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (("", "linux/amd64", "docker"), True),
        (("", "linux/amd64", "docker", "gvisor"), True),
        (("", "windows/amd64", "docker", "process"), False),
        (("debian12", "linux/amd64", "docker"), False),
        (("", "", "kvm", "hw-assisted", "type1"), False),
        (("", "windows/amd64", "docker"), False),
    ],
)
def test_who_asks_what_the_guest_is(facts: tuple[str, ...], expected: bool) -> None:
    assert windows.asked_elsewhere(workload(*facts)) is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (("debian12", "", "docker", "runc"), True),
        (("debian12", "", "docker", "kata"), False),
        (("debian12", "linux/amd64", "docker", "runc"), False),
        (("debian12", "", "podman", "crun"), False),  # its containers run on Linux, on every host
        (("freebsd14.4", "", "docker", "runc"), False),
        (("", "", "docker", "runc"), False),
    ],
)
def test_who_asks_for_a_host(facts: tuple[str, ...], expected: bool) -> None:
    assert windows.host_asked_elsewhere(workload(*facts)) is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (("win2k22", "", "kubernetes"), True),
        (("debian12", "", "kubernetes"), False),
        (("win2k22", "", "docker"), False),
        (("", "", "kubernetes", "process"), True),
        (("", "", "kubernetes"), False),
        (("win2k22", "", ""), False),
    ],
)
def test_pods_of_windows(facts: tuple[str, ...], expected: bool) -> None:
    assert windows.in_a_windows_pod(workload(*facts)) is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (("debian12", "darwin/arm64", "docker"), True),
        (("debian12", "windows/amd64", "docker"), True),
        (("debian12", "win11", "docker"), True),
        (("debian12", "win2k22", "docker"), False),
        (("debian12", "linux/amd64", "docker"), False),
        (("win2k22", "darwin/arm64", "docker"), False),
        (("debian12", "", "docker"), False),
        (("", "darwin/arm64", "docker"), False),
        (("debian12", "freebsd/amd64", "docker"), False),
        (("debian12", "darwin/arm64", "docker-desktop"), False),
        (("debian12", "darwin/arm64", "kata"), False),  # needs the hardware itself
        (("debian12", "darwin/arm64", "windows-containers"), False),
        (("debian12", "darwin/arm64", "podman"), False),  # it brings the machine itself
        (("debian12", "darwin/arm64", "kvm"), False),
    ],
)
def test_products_that_hide_a_machine(facts: tuple[str, ...], expected: bool) -> None:
    assert kernels.hides_a_machine(workload(*facts)) is expected


def test_how_a_sentence_lists_families() -> None:
    assert wording.family_names(["windows", "darwin", "linux"]) == "Linux, macOS and Windows"
    assert wording.family_name("openbsd") == "OpenBSD"
    assert wording.family_name("unikernel") == "unikernel"
