"""LXC containers: what is read of their files, in old and new keys, and which files are not recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

CONTAINER = """\
# a builder
lxc.uts.name = builder
lxc.arch = amd64
lxc.rootfs.path = dir:/var/lib/lxc/builder/rootfs
lxc.idmap = u 0 100000 65536
lxc.idmap = g 0 100000 65536
lxc.net.0.type = veth
lxc.net.0.link = lxcbr0
lxc.mount.entry = /srv/cache srv/cache none bind,ro,create=dir 0 0
lxc.mount.entry = tmpfs tmp tmpfs size=1g 0 0
lxc.cgroup2.memory.max = 2G
lxc.cgroup2.cpuset.cpus = 0-3,6
"""


def test_a_container(look: Look) -> None:
    seen = look("config", CONTAINER)
    assert seen.formats == ("lxc",)
    assert seen.facts("builder") == {
        "deployment.hostNamespaces": "",
        "deployment.mode": "lxc",
        "deployment.mounts": "/srv/cache:/srv/cache:ro",
        "deployment.platform.id": "lxc",
        "deployment.privileged": "false",
        "deployment.unconfined": "",
        "guest.arch": "amd64",
        "guest.os.family": "linux",
        "guest.platform": "linux/amd64",
        "resources.cpu": "5.0",
        "resources.memory": "2Gi",
    }
    assert seen.at("deployment.mounts") == (9, 19)
    assert seen.at("deployment.privileged")[1] == 13
    assert seen.at("resources.memory") == (11, 26)
    assert seen.found() == []


OLD = """\
lxc.utsname = old
lxc.rootfs = /var/lib/lxc/old/rootfs
lxc.network.type = none
lxc.mount.entry = /var/run/docker.sock var/run/docker.sock none bind 0 0
lxc.cgroup.memory.limit_in_bytes = 1073741824
"""


def test_old_words_and_findings(look: Look) -> None:
    seen = look("old.conf", OLD)
    facts = seen.facts("old")
    assert facts["deployment.hostNamespaces"] == "network"
    assert facts["resources.memory"] == "1Gi"
    assert "deployment.privileged" not in facts
    assert "without an id map of its own" in seen.native().unknowns["deployment.privileged"]
    assert ("VM408", 4, 19) in seen.found()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", {}),
        ("lxc.id_map = u 0 100000 65536", {"deployment.privileged": "false"}),
        ("lxc.idmap = u 1000 0 10", {}),
        (
            "lxc.apparmor.profile = unconfined\nlxc.cap.drop =",
            {"deployment.capabilities": "MAC_ADMIN,MAC_OVERRIDE,SYS_MODULE,SYS_RAWIO,SYS_TIME"},
        ),
        (
            "lxc.apparmor.profile = unconfined\nlxc.cgroup2.devices.allow = a",
            {"deployment.privileged": "true"},
        ),
        ("lxc.cgroup2.devices.allow = a", {}),
        ("lxc.cgroup2.devices.allow = c 10:200 rwm\nlxc.apparmor.profile = unconfined", {}),
        (
            "lxc.apparmor.profile = unconfined\nlxc.cgroup.devices.allow = a\nlxc.idmap = u 0 100000 65536",
            {"deployment.privileged": "false"},
        ),
        ("lxc.cap.keep = chown setuid sys_admin", {}),
        ("lxc.cap.keep = sys_module net_admin", {"deployment.capabilities": "SYS_MODULE"}),
        ("lxc.cap.drop = sys_module sys_time", {}),
    ],
)
def test_privilege(look: Look, lines: str, expected: dict[str, str]) -> None:
    facts = look("config", f"lxc.uts.name = a\nlxc.rootfs.path = /srv/a\n{lines}\n").facts()
    given = {path: facts[path] for path in ("deployment.privileged", "deployment.capabilities") if path in facts}
    assert given == expected


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        ("lxc.sysctl.net.ipv4.ip_forward = 1", "deployment.sysctls", "net.ipv4.ip_forward=1"),
        ("lxc.prlimit.nofile = 1024:4096\nlxc.prlimit.memlock = unlimited", "deployment.ulimits",
         "memlock=-1,nofile=1024"),
        ("lxc.seccomp.profile = /etc/lxc/own.seccomp", "deployment.seccompProfile", "/etc/lxc/own.seccomp"),
        ("lxc.seccomp.profile = /usr/share/lxc/config/common.seccomp", "deployment.seccompProfile", None),
        ("lxc.mount.entry = /dev/net/tun dev/net/tun none bind,create=file 0 0", "deployment.hostDevices",
         "/dev/net/tun"),
        ("lxc.mount.entry = /dev/shm dev/shm none rw 0 0", "deployment.hostDevices", None),
    ],
)  # fmt: skip
def test_what_a_container_is_given(look: Look, lines: str, path: str, expected: str | None) -> None:
    facts = look("config", f"lxc.uts.name = a\nlxc.rootfs.path = /srv/a\n{lines}\n").facts()
    assert facts.get(path) == expected


def test_an_ordinary_privileged_container_raises_no_alarm(look: Look) -> None:
    text = (
        "lxc.include = /usr/share/lxc/config/debian.common.conf\nlxc.arch = linux64\nlxc.uts.name = web\n"
        "lxc.rootfs.path = dir:/var/lib/lxc/web/rootfs\nlxc.net.0.type = veth\nlxc.apparmor.profile = generated\n"
    )
    seen = look("config", text)
    assert seen.found() == []
    assert "lxc.include" in seen.native().unknowns["deployment.mounts"]


def test_removing_all_confinement_is_reported(look: Look) -> None:
    text = "lxc.uts.name = a\nlxc.apparmor.profile = unconfined\nlxc.cap.drop =\nlxc.cgroup2.devices.allow = a\n"
    assert ("VM407", 4, 29) in look("config", text).found()


OTHERS = {
    "lxc.conf": "lxcpath = /srv/lxc\nbdev.lvm.vg = lxc\n",
    "system.conf": "lxc.lxcpath = /srv/lxc\nlxc.bdev.zfs.root = tank/lxc\n",
    "nginx.conf": "user www;\nhttp { include mime.types; }\n",
    "notes.conf": "lxc.uts.name = a\nand then some words\nof another kind\nof file\n",
    "my.conf": "[mysqld]\nuser = mysql\n",
    "profile.yaml": "config:\n  raw.lxc: |\n    lxc.apparmor.profile = unconfined\n",
    "100.conf": "arch: amd64\nostype: debian\nlxc.idmap: u 0 100000 65536\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_are_not_taken_for_containers(look: Look, name: str) -> None:
    assert "lxc" not in look(name, OTHERS[name]).formats


def test_settings_to_include_are_no_container(look: Look) -> None:
    seen = look("userns.conf", "lxc.cap.drop =\nlxc.cap.keep =\nlxc.cgroup2.devices.allow = a\nlxc.net.0.type = none\n")
    assert seen.formats == ("lxc",)
    assert "and no container" in seen.checked.skipped
    assert seen.found() == []


def test_templates_and_broken_files(look: Look) -> None:
    seen = look("config", "lxc.rootfs.path = {{ path }}\nlxc.net.0.type = veth\n")
    assert "template" in seen.checked.skipped
    seen = look("common.conf.in", "lxc.rootfs.path = @LXCPATH@/a\nlxc.net.0.type = veth\n")
    assert "template" in seen.checked.skipped
    assert look("config", b"lxc.uts.name = \xff\n").names == ["\ufffd"], "one bad byte does not cost the file"
    assert look("config", "lxc.idmap = \nlxc.mount.entry =\nlxc.net.0.type\nlxc.cap.keep = \n").checked.crashes == ()


def test_a_huge_file_is_read_or_refused(look: Look) -> None:
    assert look("config", "lxc.mount.entry = /a a none bind 0 0\n" * 20_000).checked.crashes == ()
    assert look("config", "lxc.cgroup2.cpuset.cpus = " + "1," * 200_000).checked.crashes == ()
