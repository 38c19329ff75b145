"""How rules name things in a sentence."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.rules.made_up import catalog, workload
from vmlint.model.paths import assign

editions = import_module("vmlint_rules.shared.editions")
fields = import_module("vmlint_rules.shared.fields")
labels = import_module("vmlint_rules.shared.labels")
modes = import_module("vmlint_rules.shared.modes")
wording = import_module("vmlint_rules.shared.wording")


@pytest.mark.parametrize(
    ("word", "expected"),
    [("amd64", "an amd64"), ("arm", "an arm"), ("s390x", "an s390x"), ("386", "a 386"), ("sparc", "a sparc")],
)
def test_the_article_before_a_cpu(word: str, expected: str) -> None:
    assert wording.an(word) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"guest__os__id": "win2k22"}, "Windows Server 2022"),
        ({"guest__os__id": "rhel9"}, "Red Hat Enterprise Linux 9"),
        ({"guest__os__id": "rhel9.0"}, "Red Hat Enterprise Linux 9.0"),
        ({"guest__os__id": "rhel9.6"}, "Red Hat Enterprise Linux 9.6"),
        ({"guest__platform": "linux/amd64"}, "a Linux guest"),
        ({"guest__os__family": "darwin"}, "a macOS guest"),
        ({"guest__os__family": "os2"}, "an OS/2 guest"),
        ({"guest__os__family": "aix"}, "an AIX guest"),
        ({"guest__os__family": "illumos"}, "an illumos guest"),
        ({"guest__os__family": "openbsd"}, "an OpenBSD guest"),
        ({"guest__os__family": "unikernel"}, "a unikernel guest"),
        ({"guest__os__family": "other"}, "the guest"),
        ({}, "the guest"),
    ],
)
def test_the_name_of_a_guest(fields: dict[str, str], expected: str) -> None:
    assert wording.guest_name(workload(**fields)) == expected


@pytest.mark.parametrize(
    ("id", "written", "expected"),
    [
        ("centos6.0", "centos6", "CentOS 6"),
        ("centos6.0", "centos6.0", "CentOS 6.0"),
        ("centos6.0", None, "CentOS 6"),
        ("centos6.10", "centos6.10", "CentOS 6.10"),
        ("freebsd14.0", None, "FreeBSD 14.0"),  # a release with its own dates
        ("winnt4.0", None, "Windows NT 4.0"),
    ],
)
def test_a_release_is_named_as_far_as_it_was_written(id: str, written: str | None, expected: str) -> None:
    assert wording.release_name(catalog().guests[id], written) == expected


def test_the_field_that_determines_the_family() -> None:
    assert fields.guest_os_field(workload(guest__os__id="debian12", guest__os__family="linux")) == "guest.os.id"
    assert (
        fields.guest_os_field(workload(guest__os__family="linux", guest__platform="linux/amd64")) == "guest.os.family"
    )
    assert fields.guest_os_field(workload(guest__platform="linux/amd64")) == "guest.platform"


def test_the_field_that_determines_the_cpu() -> None:
    assert fields.guest_arch_field(workload(guest__platform="linux/amd64", guest__os__id="win2k22")) == "guest.platform"
    assert fields.guest_arch_field(workload(guest__os__id="win2k22")) == "guest.os.id"
    of_a_file = workload(guest__os__id="win2k22")
    of_a_file.guest.arch = "amd64"
    assert fields.guest_arch_field(of_a_file) == "guest.arch"
    assign(of_a_file, "guest.platform", "windows/amd64")
    assert fields.guest_arch_field(of_a_file) == "guest.platform"


@pytest.mark.parametrize(
    ("tenancy", "code", "expected"),
    [
        ("untrusted-multi", "true", ("requirements.isolation.tenancy", "requirements.isolation.untrustedCode")),
        ("untrusted-multi", "false", ("requirements.isolation.tenancy",)),
        ("trusted-multi", "true", ("requirements.isolation.untrustedCode",)),
        ("single", "false", ()),
    ],
)
def test_the_demands_that_show_distrust(tenancy: str, code: str, expected: tuple[str, ...]) -> None:
    made = workload(requirements__isolation__tenancy=tenancy, requirements__isolation__untrustedCode=code)
    assert fields.distrust_fields(made) == expected


def test_a_label_counts_unless_it_is_false() -> None:
    made = workload()
    made.labels = {"a": "true", "b": "", "c": "false"}
    assert [labels.labelled(made, label) for label in "abcd"] == [True, True, False, False]


@pytest.mark.parametrize(
    ("platform", "mode", "expected"),
    [
        ("docker", "gvisor", True),
        ("docker", "lxc", False),
        ("xcp-ng", "pv", False),  # removed
        ("xcp-ng", "pvh", False),  # an experiment
        ("xcp-ng", "pvhvm", True),
        ("of-a-plugin", "runc", False),
        ("", "runc", False),
    ],
)
def test_what_a_platform_offers(platform: str, mode: str, expected: bool) -> None:
    assert modes.offers(workload(**{"deployment__platform__id": platform} if platform else {}), mode) is expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Enterprise LTSC 2021", "ltsc-2021"),
        ("LTSC 2021", "ltsc-2021"),
        ("Enterprise LTSC", "ltsc"),
        ("Enterprise LTSC 2030", "ltsc"),
        ("LTSC 2030", "ltsc"),
        ("Windows 10 Enterprise N Edition", "enterprise"),
        ("IoT Enterprise", "iot-enterprise"),
        ("Windows 11 Pro", ""),
        ("", ""),
    ],
)
def test_an_edition(written: str, expected: str) -> None:
    assert editions.edition(written, ["enterprise", "ltsc", "ltsc-2021", "iot-enterprise"]) == expected
