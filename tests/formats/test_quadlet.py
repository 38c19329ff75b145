"""Podman's Quadlet units: what is read of their keys, systemd's syntax, and which files are not recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

DATABASE = """\
# A database.
[Unit]
Description=Database \\
; left out
  of the shop

[Container]
Image=docker.io/library/postgres:17
ContainerName=database
Entrypoint=docker-entrypoint.sh
Exec=postgres -c "shared_buffers=256 MB" \\
# left out as well
  -c max_connections=200
AddCapability=CAP_IPC_LOCK sys_nice
AddDevice=/dev/fuse /dev/net/tun:rwm
Volume=data.volume:/var/lib/postgresql/data
Volume=/srv/backup:/backup:ro
ShmSize=1g
Memory=2g
Ulimit=nofile=65536:70000
Ulimit=memlock=-1
Sysctl=net.core.somaxconn=1024 net.ipv4.ip_forward=1
SeccompProfile=/etc/containers/database.json
Network=host
RunInit=true
PodmanArgs=--cpus 2 --platform=linux/amd64

[Service]
Restart=always
"""


def test_a_container(look: Look) -> None:
    seen = look("database.container", DATABASE)
    assert seen.formats == ("quadlet",)
    facts = seen.facts("database")
    assert {path: text for path, text in facts.items() if path.startswith("deployment.")} == {
        "deployment.architecture": "container",
        "deployment.capabilities": "IPC_LOCK,SYS_NICE",
        "deployment.command": "-c,-c,docker-entrypoint.sh,max_connections=200,postgres,shared_buffers=256 MB",
        "deployment.environment": "",
        "deployment.hostDevices": "/dev/fuse,/dev/net/tun",
        "deployment.hostNamespaces": "network",
        "deployment.image.ref": "docker.io/library/postgres:17",
        "deployment.mounts": "/srv/backup:/backup:ro",
        "deployment.platform.id": "podman",
        "deployment.privileged": "false",
        "deployment.seccompProfile": "/etc/containers/database.json",
        "deployment.sharedMemory": "1Gi",
        "deployment.sysctls": "net.core.somaxconn=1024,net.ipv4.ip_forward=1",
        "deployment.ulimits": "memlock=-1,nofile=65536",
        "deployment.unconfined": "",
    }
    assert (facts["resources.cpu"], facts["resources.memory"]) == ("2.0", "2Gi")
    assert facts["guest.platform"] == "linux/amd64"
    assert seen.at("deployment.image.ref") == (8, 7)
    assert seen.at("deployment.command") == (11, 6)
    assert seen.at("deployment.mounts") == (17, 8)
    assert seen.at("resources.cpu") == (26, 12)
    assert seen.at("deployment.platform.id") == (7, 1)


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        ("PodmanArgs=--privileged", "deployment.privileged", "true"),
        ("PodmanArgs=--cap-add=SYS_PTRACE --cap-add NET_RAW", "deployment.capabilities", "NET_RAW,SYS_PTRACE"),
        ("GlobalArgs=--runtime /usr/bin/runc", "deployment.mode", "runc"),
        ("PodmanArgs=--gpus all", "requirements.devices.gpu.mode", "shared"),
        ("AddDevice=nvidia.com/gpu=all", "requirements.devices.gpu.mode", "shared"),
        ("SecurityLabelDisable=yes", "deployment.unconfined", "selinux"),
        ("SecurityLabelDisable=no", "deployment.unconfined", ""),
        ("SecurityLabelType=spc_t", "deployment.unconfined", "selinux"),
        ("SeccompProfile=unconfined", "deployment.unconfined", "seccomp"),
        ("Unmask=ALL", "deployment.unconfined", "system-paths"),
        ("Unmask=/proc/sys/kernel", "deployment.unconfined", ""),
        ("Network=none", "deployment.network.exposure", "none"),
        ("Network=lan.network", "deployment.hostNamespaces", ""),
        ("Mount=type=bind,source=/etc/app,destination=/etc/app,readonly", "deployment.mounts", "/etc/app:/etc/app:ro"),
        ("Volume=cache:/cache", "deployment.mounts", ""),
        ("AddCapability=SYS_ADMIN\nAddCapability=\nAddCapability=SYS_TIME", "deployment.capabilities", "SYS_TIME"),
        ("ShmSize=1g\nShmSize=2g", "deployment.sharedMemory", "2Gi"),
        ('Exec="/opt/my app" --greeting "\\110i\\x21" a\\ b', "deployment.command", "--greeting,/opt/my app,Hi!,a b"),
        ("Exec=sleep 100%%", "deployment.command", "100%,sleep"),
        ('Image="mongo:4.4"', "deployment.image.ref", "mongo:4.4"),
        ("[Service]\nImage=mongo:4", "deployment.image.ref", "mongo:7"),
    ],
)
def test_keys(look: Look, lines: str, path: str, expected: str) -> None:
    assert look("a.container", f"[Container]\nImage=mongo:7\n{lines}\n").facts()[path] == expected


@pytest.mark.parametrize(
    ("lines", "path", "why"),
    [
        ("AddDevice=/dev/kvm -/dev/dri", "deployment.hostDevices", "-/dev/dri is handed in only where the host has it"),
        ("Volume=%h/data:/data", "deployment.mounts", "it is filled in elsewhere"),
        ("Image=%H", "deployment.image.ref", "%H is filled in elsewhere"),
        ("Image=app.build", "deployment.image.ref", "the unit app.build names the image"),
        ("Image=\nRootfs=/srv/root", "deployment.image.ref", "the root of its file system is a folder of the host"),
        ("Pod=shop.pod", "deployment.hostNamespaces", "the unit of its pod may state it"),
        ("PodmanArgs=--runtime youki", "deployment.mode", "what the runtime youki is, only Podman's configuration"),
    ],
)
def test_what_stays_open(look: Look, lines: str, path: str, why: str) -> None:
    seen = look("a.container", f"[Container]\nImage=mongo:7\n{lines}\n")
    assert path not in seen.facts()
    assert seen.native().unknowns[path].startswith(why)


def test_a_pod(look: Look) -> None:
    seen = look("shop.pod", "[Pod]\nNetwork=host\nVolume=/run/podman/podman.sock:/run/docker.sock\n")
    facts = seen.facts("shop")
    assert facts["deployment.hostNamespaces"] == "network"
    assert "deployment.privileged" not in facts
    assert "deployment.image.ref" not in facts
    assert seen.found("VM408") == [("VM408", 3, 8)]


def test_pods_of_kubernetes_are_in_their_own_file(look: Look) -> None:
    seen = look("shop.kube", "[Unit]\nAfter=a.service\n[Kube]\nYaml=shop.yaml\n")
    assert seen.formats == ("quadlet",)
    assert seen.checked.skipped == "its pods are in shop.yaml: lint that file"


def test_needs_of_an_image_and_a_hint(look: Look) -> None:
    host = "# vmlint: host.cpu.features=[sse4_2]\n# vmlint: host.cpu.complete=true\n"
    seen = look("db.container", f"# vmlint: environment=dev\n[Container]\nImage=mongo:7\n{host}")
    assert seen.facts()["environment"] == "dev"
    assert seen.found("VM001") == [("VM001", 3, 7)]


OTHERS = {
    "a.container": "[Service]\nImage=mongo:7\n",
    "b.container": "# [Container]\n# Image=mongo:7\n",
    "a.service": "[Container]\nImage=mongo:7\n",
    "10-image.conf": "[Container]\nImage=mongo:7\n",
    "manual.pod": "=head1 NAME\n\nThe [Pod] of documents\n",
    "a.kube": "[Kube]\nNetwork=host\n",
    "a.volume": "[Volume]\nImage=mongo:7\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_are_not_taken_for_units(look: Look, name: str) -> None:
    assert look(name, OTHERS[name]).formats == ()


def test_standard_input(look: Look) -> None:
    assert look("<stdin>", "[Container]\nImage=mongo:7\n").facts()["deployment.image.ref"] == "mongo:7"


def test_broken_units_and_templates(look: Look) -> None:
    seen = look("a.container", "[Container]\nImage=mongo:7\nPublishPort 80\n")
    assert seen.problems == [
        ("VM903", 3, "it is neither [Section] nor Key=value; Podman's generator refuses the whole unit")
    ]
    seen = look("a.container", "Restart=always\n[Container]\nImage=mongo:7\n")
    assert seen.problems[0][:2] == ("VM903", 1)
    assert "template" in look("a.container", "[Container]\nImage=a\n{% if x %}\nExec=b\n{% endif %}\n").checked.skipped
    open_value = look("a.container", "[Container]\nImage={{ image }}\nLogOpt=tag={{.Name}}\n")
    assert "deployment.image.ref" not in open_value.facts()
    assert look("a.container", b"[Container]\nImage=a\nLabel=\xff\n").names == ["a"]
    for odd in ('Exec="a', "Exec=\\", "AddDevice=-", "Ulimit=host", "ShmSize=x", "Volume=:", "Sysctl==", "Exec=\\u"):
        assert look("a.container", f"[Container]\nImage=a\n{odd}\n").checked.crashes == (), odd


def test_a_huge_unit_is_read_or_refused(look: Look) -> None:
    for line in ("Volume=/a:/a\n", "Exec=" + "a " * 50 + "\\\n", "AddDevice=\n", 'Exec="a\n'):
        assert look("a.container", "[Container]\nImage=a\n" + line * 4_000).checked.crashes == ()
