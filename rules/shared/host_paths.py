"""Which paths of a host are a way to its root, by what stands there (S-76, R8-301, R8-302)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .mounts import Mount


def _below(*trees: str) -> str:
    return rf"(?:{'|'.join(trees)})(?:/.*)?"


def _one_of(*patterns: str) -> str:
    """Return a pattern of text: it is compiled with the first mount of a path, which most files do not have."""
    return "|".join(f"(?:{each})" for each in patterns)


def _is(pattern: str, mount: Mount) -> bool:
    return re.fullmatch(pattern, mount.source) is not None


_OWN_SETTINGS = (
    "passwd", "group", "g?shadow", "sub[ug]id", "sudoers", r"sudoers\.d", r"pam\.(?:d|conf)", "security", "ssh",
    "nsswitch.conf", r"cron(?:tab|\.[a-z]+)", "anacrontab", "systemd", r"init\.d", r"rc(?:[0-9S]?\.d|\.local)",
    "inittab", r"profile(?:\.d)?", r"bash\.bashrc", "environment", r"ld\.so[^/]*", r"modprobe\.d",
    r"modules(?:-load\.d)?", "udev", r"sysctl\.(?:conf|d)", "fstab", "crypttab", r"grub\.d", "default",
    "initramfs-tools", r"dracut[^/]*", "apt", r"yum[^/]*", "dnf", r"logrotate\.d", r"update-motd\.d", r"xinetd\.d",
    "dbus-1", "polkit-1", "NetworkManager", "networkd-dispatcher", "network", "netplan", "selinux",
    r"apparmor(?:\.d)?", "audit", r"krb5\.keytab", "ssl/private", "kubernetes", "rancher", "cni", "docker",
    "containerd", "containers", "crio", "libvirt", "sssd",
)  # fmt: skip
"""Below /etc: what the host itself obeys. Programs keep settings of their own there too (/etc/letsencrypt)."""

_SECRETS = r"\.(?:ssh|kube|aws|azure|gnupg|docker)"
"""Below a home: keys, and access to other machines."""

_RUNS = _one_of(
    "/", "/etc", "/root", "/var", "/var/lib", "/run/systemd",
    f"/etc/{_below(*_OWN_SETTINGS)}",
    rf"/root/{_below(_SECRETS, '[.]bash.*', '[.]profile')}", rf"(?:/var)?/home/[^/]+/{_below('[.]ssh')}",
    _below("/boot", "/bin", "/sbin", "/lib(?:32|64)?", "/opt/cni", "/var/spool/cron", "/var/lib/rancher"),
    _below("/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/kubelet", "/var/lib/etcd"),
    "/usr", rf"/usr/{_below('s?bin', 'lib(?:32|64|exec)?')}", "/usr/local", rf"/usr/local/{_below('s?bin', 'lib')}",
    "/proc", rf"/proc/{_below('sys', 'sysrq-trigger', '[0-9]+')}",
    "/sys", rf"/sys/{_below('kernel', 'module', 'firmware', 'power')}",
)  # fmt: skip
"""Whoever can write there changes what the host runs, or who may log in to it."""

_TELLS = _one_of(
    "/", "/etc", "/etc/kubernetes", "/root", "/var", "/var/lib", "/var/lib/docker", "/var/lib/containerd",
    "/var/lib/kubelet", "/var/lib/etcd", rf"/root/{_below(_SECRETS)}", rf"(?:/var)?/home/[^/]+/{_below('[.]ssh')}",
    f"/etc/{_below('g?shadow', 'ssl/private', 'kubernetes/pki')}", "/etc/ssh", r"/etc/ssh/ssh_host_.*_key",
)  # fmt: skip
"""Directories and files that hold the host's secrets, or those of its other containers."""

_KEYS = _one_of(
    r"/etc/g?shadow", "/etc/ssl/private(?:/.*)?", "/etc/ssh", "/etc/ssh/ssh_host_.*_key", rf"/root/{_SECRETS}(?:/.*)?"
)
"""Those that hold nothing but secrets, so that somebody means them who mounts them."""

_KERNEL = "/(?:proc|sys)(?:/.*)?"

_DEVICES = _one_of(
    "/dev", "/dev/(?:mem|kmem|port|root)", "/dev/(?:sd|vd|xvd|hd)[a-z]+[0-9]*", "/dev/(?:nvme|md|dm-)[0-9].*",
    _below("/dev/mapper", "/dev/disk"),
)  # fmt: skip

_BUS = _one_of("/run/dbus", "/run/dbus/system_bus_socket", "/run/systemd/private")


def rules_the_host(mount: Mount) -> bool:
    """Whether whoever can write to it changes what the host runs."""
    return _is(_RUNS, mount)


def tells_secrets(mount: Mount) -> bool:
    """Whether whoever can read it reads secrets of the host."""
    return _is(_TELLS, mount)


def holds_keys(mount: Mount) -> bool:
    """Whether it holds secrets of the host and nothing else."""
    return _is(_KEYS, mount)


def of_the_kernel(mount: Mount) -> bool:
    """Whether these are files of the host's kernel, which a sandbox with another kernel does not reach."""
    return _is(_KERNEL, mount)


def holds_devices(mounts: Iterable[Mount]) -> list[Mount]:
    """Return those that lead to the host's disks or memory."""
    return [each for each in mounts if _is(_DEVICES, each)]


def buses(mounts: Iterable[Mount]) -> list[Mount]:
    """Return those over which the host's services are asked to act."""
    return [each for each in mounts if _is(_BUS, each)]
