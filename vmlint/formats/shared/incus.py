"""Words of Incus and LXD: how they distinguish containers from virtual machines, and write sizes and CPUs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from vmlint.api import Span, Spec

from .amounts import in_bytes, listed_cpus
from .containers import soft_limit

CONTAINER_ONLY = (
    "linux.kernel_modules", "linux.sysctl.", "nvidia.", "raw.idmap", "raw.lxc", "raw.seccomp", "security.idmap.",
    "security.nesting", "security.privileged", "security.protection.shift", "security.syscalls.", "limits.kernel.",
    "limits.processes", "limits.cpu.allowance", "limits.cpu.priority", "limits.hugepages.", "limits.memory.enforce",
    "limits.memory.swap", "volatile.idmap.", "volatile.last_state.idmap", "oci.",
)  # fmt: skip
"""Prefixes of options that only a container has."""

MACHINE_ONLY = (
    "agent.nic_config", "raw.qemu", "security.agent.metrics", "security.csm", "security.iommu", "security.secureboot",
    "security.sev", "limits.memory.hugepages", "volatile.vsock_id",
)  # fmt: skip
"""Prefixes of options that only a virtual machine has."""

ON_UNLESS_SET = "security.secureboot"
"""The one of them that has a meaning even when it is false."""

OF_AN_INSTANCE = (
    *CONTAINER_ONLY, *MACHINE_ONLY, "boot.autostart", "boot.host_shutdown", "boot.stop.priority", "cloud-init.",
    "cluster.evacuate", "environment.", "image.os", "image.release", "image.architecture", "image.type", "limits.cpu",
    "limits.memory", "limits.disk.priority", "migration.stateful", "migration.incremental", "raw.apparmor",
    "security.devlxd", "security.guestapi", "security.protection.delete", "snapshots.schedule", "user.user-data",
    "user.network-config", "user.vendor-data", "volatile.uuid", "volatile.base_image",
)  # fmt: skip
"""Prefixes of the options that distinguish an instance or a profile from a network, a project or a volume."""

OF_ANOTHER_KIND = ("features.", "restricted", "ipv4.", "ipv6.", "bridge.", "core.", "block.", "volume.", "dns.")
"""Prefixes of options of projects, networks, servers and storage."""

DEVICES = frozenset(
    {
        "none",
        "nic",
        "disk",
        "unix-char",
        "unix-block",
        "usb",
        "gpu",
        "infiniband",
        "proxy",
        "unix-hotplug",
        "tpm",
        "pci",
    }
)

NODES = ("unix-char", "unix-block")
"""Devices that are a node in /dev of the host."""

GPUS = {"physical": "passthrough", "mdev": "vgpu", "sriov": "vgpu"}
"""How a virtual machine gets a GPU, by `gputype`."""

BUSES = {"virtio-scsi": "scsi-virtio", "virtio-blk": "virtio", "nvme": "nvme"}

CACHES = frozenset({"none", "writeback", "unsafe"})
"""How the host caches the disk of a virtual machine (`io.cache`); other words are those of file systems."""

DISTRIBUTIONS = {
    "almalinux": "almalinux:{}", "alpine": "alpine:{}", "amazonlinux": "amazonlinux:{}", "archlinux": "archlinux",
    "centos": "centos:{}", "debian": "debian:{}", "fedora": "fedora:{}", "opensuse": "opensuse/leap:{}",
    "oracle": "oraclelinux:{}", "rockylinux": "rockylinux:{}", "ubuntu": "ubuntu:{}",
}  # fmt: skip
"""Distributions as the image servers name them -> their base images, whose releases have the same names."""
OF_UBUNTU = frozenset({"ubuntu", "ubuntu-daily", "ubuntu-minimal", "ubuntu-minimal-daily"})
"""Image servers of LXD that have only Ubuntu: `ubuntu:22.04`."""

PARAMETERS, LIMITS, INTERCEPTED = "linux.sysctl.", "limits.kernel.", "security.syscalls.intercept."
"""Beginnings of the options that set kernel parameters, limits, and system calls that the daemon makes itself."""
OWN_PROFILE = "raw.seccomp"

_TRUTH = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}
"""The words of both for an option that is on or off (util.IsTrue, validate.IsBool), in any case."""
_SIZE = re.compile(r"([0-9]{1,18})(B|kB|[MGTP]B|[KMGTP]iB)?")
_RANGES = re.compile(r"[0-9]{1,4}(?:-[0-9]{1,4})?(?:,[0-9]{1,4}(?:-[0-9]{1,4})?)*")


def truth(text: str | None) -> bool | None:
    """Return what an option that is on or off says; ``None`` for a word that Incus and LXD refuse (`y`, `t`)."""
    return _TRUTH.get(text.lower()) if text is not None else None


def base_image(name: str, release: str) -> str | None:
    """Return the base image that an image of a distribution is like, by its name on the image servers."""
    name, release = name.lower(), release.lower()
    if name == "centos" and release.endswith("-stream"):
        return f"quay.io/centos/centos:stream{release.removesuffix('-stream')}"
    if (name, release) == ("opensuse", "tumbleweed"):
        return "opensuse/tumbleweed"
    return DISTRIBUTIONS[name].format(release) if name in DISTRIBUTIONS and release else None


def image_named(alias: str) -> str | None:
    """Return the same for the alias of an image: `images:debian/12/cloud`, `ubuntu:22.04`."""
    server, _, path = alias.rpartition(":")
    parts = path.split("/")
    if server in OF_UBUNTU:
        return base_image("ubuntu", parts[0])
    return base_image(parts[0], parts[1]) if len(parts) > 1 else None


def size(text: str | None) -> str | None:
    """Return a size as a manifest writes it. To Incus, GB is a power of ten and GiB a power of two."""
    match = _SIZE.fullmatch(text.strip()) if text else None
    if not match:
        return None
    unit = (match[2] or "").removesuffix("B")
    if unit:
        return f"{match[1]}{unit}"
    return in_bytes(int(match[1]))


class Cpus(NamedTuple):
    """The CPUs of an instance."""

    number: str
    pinned: bool
    """Whether they are chosen ones of the host."""


def cpus(text: str | None) -> Cpus | None:
    """Return the CPUs that an instance gets: ``4`` is a number, ``0-3`` are four chosen ones."""
    if not text or not _RANGES.fullmatch(text):
        return None
    if "-" not in text and "," not in text:
        return Cpus(text, pinned=False)
    number = listed_cpus(text)
    return None if number is None else Cpus(str(number), pinned=True)


def confine(spec: Spec, options: Iterable[tuple[str, str | None, Span]]) -> None:
    """State what options of a container set for it alone: name, value and place of each."""
    found: dict[str, list[tuple[str, Span]]] = {}
    for option, value, at in options:
        name = option.rpartition(".")[2]
        if not value:
            continue
        if option.startswith(PARAMETERS):
            found.setdefault("deployment.sysctls", []).append((f"{option.removeprefix(PARAMETERS)}={value}", at))
        elif option.startswith(LIMITS):
            found.setdefault("deployment.ulimits", []).append((soft_limit(f"{name}={value}") or "", at))
        elif option == f"{INTERCEPTED}mount.allowed":
            kinds = [(f"mount={kind.strip()}", at) for kind in value.split(",") if kind.strip()]
            found.setdefault("deployment.granted", []).extend(kinds)
        elif option.startswith(INTERCEPTED) and truth(value):
            found.setdefault("deployment.granted", []).append((option.removeprefix(INTERCEPTED), at))
        elif option == OWN_PROFILE:
            spec.fact("deployment.seccompProfile", OWN_PROFILE, at)
    for path, entries in found.items():
        spec.entries(path, entries)
