"""How mounts are read, and which of them are sockets, a user's own, or disks."""

from __future__ import annotations

from importlib import import_module

import pytest

mounts = import_module("vmlint_rules.shared.mounts")
BLOCK_DEVICE = import_module("vmlint_rules.containers.vm412_gvisor_limits").BLOCK_DEVICE


@pytest.mark.parametrize(
    ("text", "path", "source", "read_only"),
    [
        ("/srv", "/srv", "/srv", False),
        ("/srv:/data", "/srv", "/srv", False),
        ("/srv/:/data:ro", "/srv/", "/srv", True),
        ("/srv:/data:rslave,ro", "/srv", "/srv", True),
        ("/srv:/data:rw", "/srv", "/srv", False),
        ("/srv:ro", "/srv", "/srv", True),
        ("/srv:/data:readonly", "/srv", "/srv", True),
        ("/", "/", "/", False),
        ("//srv/./x", "//srv/./x", "/srv/x", False),
        ("/var/run:/x", "/var/run", "/run", False),
        ("/var/run/docker.sock", "/var/run/docker.sock", "/run/docker.sock", False),
        ("/var/running", "/var/running", "/var/running", False),
        ("/x/var/run", "/x/var/run", "/x/var/run", False),
        ("data:/x", "data", "data", False),
        ("./src:/x", "./src", "./src", False),
        (r"C:\src:/x:ro", r"C:\src", r"C:\src", True),
        ("D:/src", "D:/src", "D:/src", False),
        ("c:ro", "c", "c", True),
        ("//./pipe/docker_engine://./pipe/docker_engine", "//./pipe/docker_engine", "//./pipe/docker_engine", False),
    ],
)
def test_mount(text: str, path: str, source: str, read_only: bool) -> None:
    assert mounts.mount(text) == (path, source, read_only, text)
    assert mounts.mounts([text, text]) == [mounts.mount(text)] * 2


@pytest.mark.parametrize(
    "text",
    [
        *("/var/run/docker.sock", "/run/k3s/containerd/containerd.sock", "/run/crio/crio.sock", "/run/dockershim.sock"),
        *("/run/podman/podman.sock", "/run/cri-dockerd.sock", "docker.sock", "/run/user/1000/docker.sock"),
        *("/run/libvirt/libvirt-sock", "/var/lib/incus/unix.socket", "/var/snap/lxd/common/lxd/unix.socket"),
        *("/run", "/run/containerd", "/run/crio", "/var/run/podman/"),
        *("//./pipe/docker_engine", r"\\.\pipe\docker_engine", r"\\.\PIPE\Docker_Engine"),
    ],
)
def test_engine_socket(text: str) -> None:
    assert mounts.mount(text).engine_socket


@pytest.mark.parametrize(
    "text",
    [
        *("/run/mysqld/mysqld.sock", "/run/dbus/system_bus_socket", "/run/user/1000", "/srv/unix.socket"),
        *("/run/docker.sock.d", "/run/my-docker.sock", "/var/lib/docker", "//./pipe/openssh", "/run/systemd"),
    ],
)
def test_no_engine_socket(text: str) -> None:
    assert not mounts.mount(text).engine_socket


@pytest.mark.parametrize(
    ("text", "own"),
    [
        *((path, True) for path in ("/run/user/1000/x", "/home/ada/x", "/Users/ada/x", "~/x")),
        *((path, False) for path in ("/run/docker.sock", "/srv/home/ada", "x~", "/run/users")),
    ],
)
def test_of_a_user(text: str, own: bool) -> None:
    assert mounts.mount(text).of_a_user is own


@pytest.mark.parametrize(
    ("path", "disk"),
    [
        *((f"/dev/{name}", True) for name in ("sda", "sdb1", "vdaa", "xvdf", "hdc", "nvme0n1", "nvme1n2p3", "dm-0")),
        *((f"/dev/{name}", True) for name in ("loop7", "md0", "nbd1", "rbd0", "zd16", "mapper/data", "disk/by-id/x")),
        *((f"/dev/{name}", False) for name in ("shm", "fuse", "net/tun", "null", "dri", "nvme0", "nvidia0", "snd")),
        *((f"/dev/{name}", False) for name in ("mapper", "disk", "sd", "stdin", "log")),
        ("/srv/dev/sda", False),
    ],
)
def test_block_device(path: str, disk: bool) -> None:
    assert bool(BLOCK_DEVICE.fullmatch(path)) is disk
