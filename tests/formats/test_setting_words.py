"""Help names a setting in the words of the file: its format, not its platform, decides."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vmlint.catalog import table
from vmlint.catalog.setting_words import setting_words
from vmlint.formats import FORMATS

if TYPE_CHECKING:
    from tests.conftest import Vmlint

DATA = table("setting_words").data
NEEDS = ",".join((
    "device.tun", "capability.SYS_PTRACE", "kernel.syscall.io_uring_setup", "container.shm-size>=268435456",
    "net.multicast", "container.privileged", "device.fuse", "fs.mount.nfs", "kernel.syscall.keyctl",
    "kernel.sysctl.net.core.somaxconn>=1024",
))  # fmt: skip
HOST = """\
apiVersion: vmlint/v1
kind: Host
metadata: {name: box}
spec:
  os: {family: linux}
  platform: linux/amd64
  kernel: {version: "6.8.0", sysctls: [net.core.somaxconn=128]}
"""
DEPLOYED = (
    "mode: runc, privileged: false, capabilities: [], unconfined: [], hostNamespaces: [], hostDevices: [], mounts: []"
)
MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  guest: {platform: linux/amd64}
  deployment: {architecture: container, platform: PLATFORM, image: "registry.example/web:1", DEPLOYED}
"""
OVERLAY = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec: {guest: {platform: linux/amd64}, deployment: {source: devcontainer.json, platform: docker@27.0, DEPLOYED}}
"""
MANIFEST = MANIFEST.replace("DEPLOYED", DEPLOYED)
RUN = [
    "set --device=/dev/net/tun", "set --cap-add=SYS_PTRACE", "--security-opt seccomp=FILE", "set --shm-size=256m",
    "set --network=host", "set --privileged", "set --sysctl net.core.somaxconn=1024",
]  # fmt: skip
FILES = {
    "compose": (
        "compose.yaml",
        "services: {web: {image: registry.example/web:1}}\n",
        [
            "set devices: [/dev/net/tun]", "set cap_add: [SYS_PTRACE]", "security_opt: [seccomp=FILE]",
            "set shm_size: 256m", "set network_mode: host", "set privileged: true",
            "set sysctls: [net.core.somaxconn=1024]",
        ],
    ),
    "quadlet": (
        "web.container",
        "[Container]\nImage=registry.example/web:1\n",
        [
            "set AddDevice=/dev/net/tun", "set AddCapability=SYS_PTRACE", "SeccompProfile=FILE", "set ShmSize=256m",
            "set Network=host", "set PodmanArgs=--privileged", "set Sysctl=net.core.somaxconn=1024",
        ],
    ),
    "devcontainer": (
        "devcontainer.json",
        '{"image": "registry.example/web:1", "runArgs": []}\n',
        [
            'set "runArgs": ["--device=/dev/net/tun"]', 'set "capAdd": ["SYS_PTRACE"]',
            '"securityOpt": ["seccomp=FILE"]', 'set "runArgs": ["--shm-size=256m"]', 'set "runArgs": ["--network=host"]',  # noqa: E501 - a whole line of its file
            'set "privileged": true', 'set "runArgs": ["--sysctl=net.core.somaxconn=1024"]',
        ],
    ),
    "proxmox-ct": (
        "101.conf",
        "arch: amd64\nhostname: web\nmemory: 512\nostype: debian\nrootfs: local:vm-101-disk-0,size=8G\nunprivileged: 1\n",  # noqa: E501 - a whole line of its file
        ["set dev0: /dev/net/tun", "set features: fuse=1", "set features: keyctl=1"],
    ),
    "incus": (
        "web.yaml",
        "name: web\ntype: container\nconfig: {image.os: debian}\ndevices: {}\nprofiles: []\n",
        ['set linux.sysctl.net.core.somaxconn: "1024"'],
    ),
    "lxc": (
        "config",
        "lxc.uts.name = web\nlxc.rootfs.path = dir:/var/lib/lxc/web/rootfs\nlxc.arch = amd64\nlxc.idmap = u 0 100000 65536\n",  # noqa: E501 - a whole line of its file
        ["set lxc.sysctl.net.core.somaxconn = 1024"],
    ),
    "docker": ("web.vmlint.yaml", MANIFEST.replace("PLATFORM", "docker"), ["set devices: [/dev/net/tun]"]),
    "podman": ("web.vmlint.yaml", MANIFEST.replace("PLATFORM", "podman"), RUN),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_help_speaks_the_words_of_the_file(name: str, vmlint: Vmlint) -> None:
    file, text, expected = FILES[name]
    Path(file).write_text(text)
    Path("box.yaml").write_text(HOST)
    if name == "devcontainer":  # which engine it runs on, such a file never says
        Path("web.vmlint.yaml").write_text(OVERLAY.replace("DEPLOYED", DEPLOYED))
    options = ["--profile", "strict", "--host", "box.yaml", "--context", f"requirements.features={NEEDS}"]
    seen = vmlint("check", "--format", "json", "--select", "VM00", *options, ".")
    found = json.loads(seen.stdout)["findings"]
    help = [line for each in found for line in each.get("help", ())]
    assert [each for each in expected if not any(each in line for line in help)] == [], help


KUBERNETES = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "registry.example/web:1"}]
"""


def test_what_a_format_cannot_express_is_not_named(vmlint: Vmlint) -> None:
    Path("pod.yaml").write_text(KUBERNETES)
    Path("box.yaml").write_text(HOST)
    options = ["--profile", "strict", "--host", "box.yaml", "--context", f"requirements.features={NEEDS}"]
    seen = vmlint("check", "--format", "json", "--select", "VM00", *options, "pod.yaml")
    help = [line for each in json.loads(seen.stdout)["findings"] for line in each.get("help", ())]
    assert "set securityContext.capabilities.add: [SYS_PTRACE]" in help
    assert (
        'set spec.securityContext.sysctls: [{name: net.core.somaxconn, value: "1024"}], and '
        "--allowed-unsafe-sysctls=net.core.somaxconn of the kubelet"
    ) in help
    assert not [line for line in help if "deployment." in line or "devices:" in line]


UNIT = "[Container]\nImage=registry.example/web:1\n"
PODMAN = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  guest: {platform: linux/amd64}
  deployment: {source: web.container, platform: "podman@VERSION", DEPLOYED}
"""


def lines_of_help(vmlint: Vmlint, *needs: str) -> list[str]:
    """All lines of help about needs that are not met in the folder, on a Linux host."""
    Path("box.yaml").write_text(HOST)
    options = ["--profile", "strict", "--host", "box.yaml", "--context", f"requirements.features={','.join(needs)}"]
    seen = vmlint("check", "--format", "json", "--select", "VM00", *options, ".")
    return [line for each in json.loads(seen.stdout)["findings"] for line in each.get("help", ())]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("4.4.1", ["set PodmanArgs=--shm-size=256m", "set PodmanArgs=--sysctl net.core.somaxconn=1024"]),
        ("4.6.2", ["set PodmanArgs=--shm-size=256m", "set Sysctl=net.core.somaxconn=1024"]),
        ("4.9", ["set ShmSize=256m", "set Sysctl=net.core.somaxconn=1024"]),
        ("4", ["set ShmSize=256m", "set Sysctl=net.core.somaxconn=1024"]),  # some 4: not told to be an old one
    ],
)
def test_an_old_podman_gets_arguments_for_keys_that_it_does_not_know(
    version: str, expected: list[str], vmlint: Vmlint
) -> None:
    Path("web.container").write_text(UNIT)
    Path("web.vmlint.yaml").write_text(PODMAN.replace("VERSION", version).replace("DEPLOYED", DEPLOYED))
    help = lines_of_help(vmlint, "container.shm-size>=268435456", "kernel.sysctl.net.core.somaxconn>=1024")
    assert [line for line in expected if line not in help] == [], help


def test_proxmox_is_told_no_kernel_parameter_that_it_refuses(vmlint: Vmlint) -> None:
    file, text, _ = FILES["proxmox-ct"]
    Path(file).write_text(text)
    help = lines_of_help(vmlint, "kernel.sysctl.net.core.somaxconn>=1024", "device.mknod")
    assert not [line for line in help if "somaxconn" in line]
    assert "set features: mknod=1 or unprivileged: 0, when it is created or restored from a backup" in help


def test_the_table_names_formats_that_there_are() -> None:
    names = {each.name for each in FORMATS} | {"docker-run", "podman-run"}
    keys = {key.partition("/")[0] for key in (*DATA["formats"], *DATA["like"])}
    assert keys <= names
    assert {*DATA["like"].values(), *DATA["platforms"].values()} <= DATA["formats"].keys()


@pytest.mark.parametrize("name", DATA["formats"])
def test_every_word_can_be_filled(name: str) -> None:
    of_format = DATA["formats"][name]
    for words in (of_format["words"], *of_format.get("older", {}).values()):
        for field, known in words.items():
            for entry in ("a=b",) if isinstance(known, str) else known:
                named = f"{entry}=b" if field in ("sysctls", "ulimits") and not isinstance(known, str) else entry
                filled = setting_words(name.partition("/")[0], name.partition("/")[2], field, named)
                assert filled
                assert not re.search(r"\{(entry|name|value|path)\}|\{\{", filled)


@pytest.mark.parametrize(
    ("reader", "platform", "field", "entry", "expected"),
    [
        (
            "terraform",
            "proxmox-ve",
            "hostDevices",
            "/dev/net/tun",
            'device_passthrough { path = "/dev/net/tun" } (provider bpg/proxmox)',
        ),
        ("terraform", "proxmox-ve", "granted", "fuse", "features { fuse = true }"),
        ("terraform", "proxmox-ve", "granted", "force_rw_sys", ""),
        ("terraform", "proxmox-ve", "unconfined", "apparmor", ""),  # not the words of a configuration file
        ("terraform", "proxmox-ve", "cpuModel", "host", 'cpu { type = "host" }'),
        ("terraform", "proxmox-ve", "sysctls", "a=1", ""),
        (
            "terraform",
            "incus",
            "hostDevices",
            "/dev/kvm",
            'a device block with a name, type = "unix-char" and properties = { source = "/dev/kvm" }',
        ),
        ("proxmox-ct", "proxmox-ve", "sysctls", "kernel.shmmax=1", "lxc.sysctl.kernel.shmmax: 1"),
        ("proxmox-ct", "proxmox-ve", "sysctls", "net.core.somaxconn=1", ""),
        ("kubernetes", "kubernetes", "unconfined", "selinux", ""),
        (
            "kubernetes",
            "kubernetes",
            "sysctls",
            "net.ipv4.tcp_syncookies=1",
            'spec.securityContext.sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}]',
        ),
        ("terraform", "lxd", "nesting", "true", 'config = { "security.nesting" = "true" }'),
        ("incus", "incus", "hostDevices", "/dev/net/tun", "a device {type: unix-char, source: /dev/net/tun}"),
        (
            "lxc",
            "lxc",
            "hostDevices",
            "/dev/net/tun",
            "lxc.mount.entry = /dev/net/tun dev/net/tun none bind,create=file 0 0"
            " (if privileged, also lxc.cgroup2.devices.allow)",
        ),
        ("compose", "podman", "unconfined", "selinux", "security_opt: [label=disable]"),
        ("quadlet", "podman", "unconfined", "system-paths", "Unmask=ALL"),
        ("libvirt", "kvm", "cpuModel", "host-passthrough", "<cpu mode='host-passthrough'/>"),
        ("libvirt", "kvm", "cpuModel", "host", ""),
        ("proxmox", "proxmox-ve", "cpuModel", "host", "cpu: host"),
        ("dockerfile", "", "hostDevices", "/dev/kvm", "--device=/dev/kvm"),
        ("", "proxmox-ve", "nesting", "true", "features: nesting=1"),
        ("", "vmware-esxi", "nesting", "true", None),
    ],
)
def test_words(reader: str, platform: str, field: str, entry: str, expected: str | None) -> None:
    assert setting_words(reader, platform, field, entry) == expected


@pytest.mark.parametrize(
    ("reader", "platform", "field", "entry", "version", "expected"),
    [
        ("proxmox-ct", "proxmox-ve", "hostDevices", "/dev/kvm", (8, 1), "dev0: /dev/kvm"),
        (
            "proxmox-ct",
            "proxmox-ve",
            "hostDevices",
            "/dev/kvm",
            (7, 4),
            "lxc.mount.entry: /dev/kvm dev/kvm none bind,create=file (and lxc.cgroup2.devices.allow for its number)",
        ),
        ("quadlet", "podman", "unconfined", "selinux", (4, 4), "PodmanArgs=--security-opt label=disable"),
        ("quadlet", "podman", "unconfined", "seccomp", (4, 4), "SeccompProfile=unconfined"),
        ("kubernetes", "kubernetes", "unconfined", "system-paths", (1, 29), "securityContext.procMount: Unmasked"),
    ],
)
def test_words_of_older_releases(
    reader: str, platform: str, field: str, entry: str, version: tuple[int, ...], expected: str
) -> None:
    assert setting_words(reader, platform, field, entry, version) == expected
