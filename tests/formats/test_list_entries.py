"""A finding about one entry of a list is shown at that entry, in every format that has such lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Vmlint
    from tests.formats.conftest import Look

COMPOSE = """\
services:
  agent:
    image: alpine:3.22
    cap_add:
      - NET_ADMIN
      - SYS_ADMIN
    volumes:
      - ./data:/data
      - /etc:/host/etc
      - /var/run/docker.sock:/var/run/docker.sock
    pid: host
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  hostNetwork: true
  hostPID: true
  containers:
    - name: agent
      image: alpine:3.22
      securityContext:
        capabilities:
          add:
            - NET_ADMIN
            - CAP_SYS_ADMIN
      volumeMounts:
        - {name: data, mountPath: /data}
        - {name: etc, mountPath: /host/etc}
        - {name: socket, mountPath: /run/containerd/containerd.sock}
  volumes:
    - name: data
      hostPath: {path: /srv/data}
    - name: etc
      hostPath: {path: /etc}
    - name: socket
      hostPath:
        path: /run/containerd/containerd.sock
"""
LXC = """\
lxc.uts.name = agent
lxc.rootfs.path = dir:/var/lib/lxc/agent/rootfs
lxc.mount.entry = /srv/data data none bind 0 0
lxc.mount.entry = /etc host/etc none bind 0 0
lxc.mount.entry = /run/docker.sock run/docker.sock none bind,create=file 0 0
lxc.namespace.keep = user pid
"""
INCUS = """\
name: agent
type: container
config:
  image.os: Debian
  image.architecture: amd64
devices:
  data:
    type: disk
    source: /srv/data
    path: /data
  etc:
    type: disk
    source: /etc
    path: /host/etc
  socket:
    type: disk
    source: /run/docker.sock
    path: /run/docker.sock
"""
PROXMOX = """\
arch: amd64
hostname: agent
memory: 512
mp0: /srv/data,mp=/data
mp1: /etc,mp=/host/etc
ostype: debian
rootfs: local:100/vm-100-disk-0.raw,size=8G
lxc.mount.entry: /run/docker.sock run/docker.sock none bind,create=file 0 0
"""
DOMAIN = """\
<domain type='lxc'>
  <name>agent</name>
  <memory unit='MiB'>512</memory>
  <os><type>exe</type><init>/sbin/init</init></os>
  <devices>
    <filesystem type='mount'><source dir='/srv/agent'/><target dir='/'/></filesystem>
    <filesystem type='mount'>
      <source dir='/srv/data'/><target dir='/data'/>
    </filesystem>
    <filesystem type='mount'>
      <source dir='/etc'/><target dir='/host/etc'/>
    </filesystem>
    <filesystem type='mount'>
      <source dir='/run/docker.sock'/><target dir='/run/docker.sock'/>
    </filesystem>
  </devices>
</domain>
"""


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (
            "compose.yaml",
            COMPOSE,
            [("VM407", 6, 9), ("VM408", 9, 9), ("VM408", 10, 9), ("VM408", 11, 10)],
        ),
        (
            "pod.yaml",
            POD,
            # hostNetwork is a hint for the strict profile only
            [("VM408", 6, 12), ("VM407", 14, 15), ("VM408", 23, 24), ("VM408", 26, 15)],
        ),
        ("config", LXC, [("VM408", 4, 19), ("VM408", 5, 19), ("VM408", 6, 22)]),
        ("agent.yaml", INCUS, [("VM408", 13, 13), ("VM408", 17, 13)]),
        ("100.conf", PROXMOX, [("VM408", 5, 6), ("VM408", 8, 18)]),
        ("agent.xml", DOMAIN, [("VM408", 11, 20), ("VM408", 14, 20)]),
    ],
    ids=["compose", "kubernetes", "lxc", "incus", "proxmox-ct", "libvirt"],
)
def test_a_finding_is_shown_at_its_entry(look: Look, name: str, text: str, found: list[tuple[str, int, int]]) -> None:
    assert look(name, text).found("VM407", "VM408") == found


MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata:
  name: agent
spec:
  guest: {platform: linux/amd64}
  deployment:
    platform: docker
    capabilities: [NET_ADMIN, SYS_ADMIN]
    mounts:
      - /srv/data:/data
      - /proc:/host/proc
      - /etc:/host/etc
"""


def test_so_it_does_in_a_manifest(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "agent.vmlint.yaml").write_text(MANIFEST)
    shown = vmlint("check", "--format", "concise", "agent.vmlint.yaml").stdout.splitlines()
    assert [line.split(": ")[:2] for line in shown if "VM40" in line] == [
        ["agent.vmlint.yaml:9:31", "warning VM407 privileged-container"],
        ["agent.vmlint.yaml:12:9", "warning VM408 host-namespace-or-runtime-socket"],
        ["agent.vmlint.yaml:13:9", "warning VM408 host-namespace-or-runtime-socket"],
    ]


OVERLAY = """\
apiVersion: vmlint/v1
kind: Workload
metadata:
  name: agent
spec:
  environment: production
  deployment:
    source: {file: compose.yaml}
    mounts: [/etc:/host/etc, /boot:/boot]
"""


def test_under_an_overlay_an_entry_is_shown_in_the_file_that_counts(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "agent.vmlint.yaml").write_text(OVERLAY)
    shown = vmlint("check", "--format", "concise", "agent.vmlint.yaml").stdout.splitlines()
    assert [line.split(": ")[0] for line in shown if "VM408" in line] == [
        "compose.yaml:9:9",
        "compose.yaml:10:9",
        "compose.yaml:11:10",
    ]


def test_a_hint_about_a_list_is_the_place_of_its_entries(look: Look) -> None:
    text = COMPOSE.replace("services:\n", "# vmlint: deployment.mounts=[/boot:/boot]\nservices:\n").replace(
        "- /etc:/host/etc", "- ./etc:/etc"
    )
    assert ("VM916", 1, 11) in look("compose.yaml", text).found()
