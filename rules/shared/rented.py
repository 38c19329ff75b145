"""Rented machines: whether those of a type can run virtual machines themselves, and how one gets such a machine."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Workload

from .wording import listed


def nests_by_type(workload: Workload) -> bool | None:
    """Whether a rented machine of this type can; ``None`` where that depends on a switch, or is not known."""
    stated = workload.host.cloud
    cloud = workload.catalog.cloud(stated.provider) if stated.knows("provider") else None
    if cloud is None or not stated.knows("instance_type"):
        return None
    nests = cloud.nests(stated.instance_type)
    return None if nests and "switch" in cloud.nesting else nests


def how_to_get_nesting(workload: Workload) -> Iterator[str]:
    """Yield how the host gets it, in the words of its cloud where that is known."""
    stated = workload.host.cloud
    cloud = workload.catalog.cloud(stated.provider) if stated.knows("provider") else None
    if workload.host.os.get("family") == "darwin" and workload.host.get("arch") == "arm64":
        yield "run it on the Mac itself, or in a Linux guest of the Mac: a guest of macOS is given no extensions"
        return
    if cloud is None:
        yield "switch nested virtualization on for that machine, if the hypervisor below can"
        yield "use a physical host, or a rented machine of a type that hands the extensions on"
        return
    switch = cloud.nesting.get("switch")
    if switch and stated.knows("instance_type") and cloud.nests(stated.instance_type):
        yield f"switch on {switch}"
    else:
        with_switch = f" with {switch}" if switch else ""
        yield (
            f"on {cloud.name} use {cloud.nesting['otherwise']}, or a type of "
            f"{listed(cloud.nesting.get('families', cloud.nesting['with']), 'or')}{with_switch}"
        )


def how_to_find_out(workload: Workload) -> str:
    """Return how one finds out whether the host has it."""
    stated = workload.host.cloud
    cloud = workload.catalog.cloud(stated.provider) if stated.knows("provider") else None
    if cloud is None or not stated.knows("instance_type"):
        return "find out, and declare host.nestedVirtualization"
    if cloud.nests(stated.instance_type):
        return f"on {cloud.name} switch on {cloud.nesting['switch']}, and declare host.nestedVirtualization"
    return (
        f"{stated.instance_type} is in no list of the types of {cloud.name} that can or cannot: find out, and declare "
        "host.nestedVirtualization"
    )
