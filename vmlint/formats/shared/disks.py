"""Which of a machine's disks holds its system, and which disks are the host's own devices."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

LOADER_ONLY = 2**30
"""Bytes below which a disk holds no system that a machine has more disks for: OpenCore takes 150 to 300 MiB."""
SYSTEM_FOR_SURE = 8 * 2**30
"""Bytes from which a disk is larger than those of boot loaders: those of network storage systems take 1 to 4 GiB."""

_HELPERS = re.compile(
    r"(?:^|[^a-z0-9])(?:opencore|clover|bootloader|boot-loader|ipxe|esp|seed|cidata|cloud-?init|nocloud|config-?drive"
    r"|user-?data|ignition|(?:auto)?unattend|virtio-win)(?:[^a-z0-9]|$)"
)
"""Names of disks that only start a system, or carry settings or drivers into one."""

_LOCAL = re.compile(
    r"/dev/(?:[shv]d[a-z]|nvme[0-9]|mmcblk[0-9]|disk/by-id/(?:ata|nvme|usb|mmc)-|disk/by-path/pci-(?!.*-(?:fc|ip|sas)-))"
)
"""Disks by names that mean the host's own; those of a storage network have other names, or may have: wwn-, dm-uuid-."""

_REMOTE = re.compile(r"/dev/(?:mapper/mpath|disk/by-path/[^/]*-(?:fc|ip|sas)-|disk/by-id/dm-uuid-mpath|rbd)")
"""Disks by names that mean storage that the host is attached to, if only by several paths."""

_Disk = TypeVar("_Disk")


def system_disk(
    disks: Sequence[_Disk], name: Callable[[_Disk], str], size: Callable[[_Disk], int | None] = lambda _: None
) -> _Disk | None:
    """Return the disk that holds the system, of several in the order in which they are booted.

    ``name`` gives a disk's file or volume, ``size`` its bytes, if the file states them. A disk is passed over that by
    its name or size is only there to start another. ``None`` where it may be one of several.
    """
    usable = [disk for disk in disks if not _HELPERS.search(name(disk).lower().rpartition("/")[2])] or list(disks)
    sizes = {index: size(disk) for index, disk in enumerate(usable)}
    loaders = {index for index, found in sizes.items() if found is not None and found < LOADER_ONLY}
    rest = [index for index in sizes if index not in loaders]
    if not rest:
        return usable[0] if usable else None
    first = sizes[rest[0]]
    if first is not None and first < SYSTEM_FOR_SURE and any((sizes[other] or 0) > first for other in rest[1:]):
        return None
    return usable[rest[0]]


def is_local_disk(path: str) -> bool:
    """Whether a path names a disk, or a part of one, that is attached to the host itself."""
    return _LOCAL.match(path) is not None


def is_remote_disk(path: str) -> bool:
    """Whether a path names storage that a host reaches over a network, as far as its name tells."""
    return _REMOTE.match(path) is not None
