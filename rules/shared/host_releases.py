"""Which release a platform is that is a part of its host's system, as Hyper-V is of Windows."""

from __future__ import annotations

from vmlint.api import GuestOS, Unknown, Workload


def host_release(workload: Workload) -> GuestOS:
    """Return the release of the host's system that the platform is a part of.

    It is told by ``host.os.id``, or by the platform's own version where both count alike: Hyper-V 2019 is that of
    Windows Server 2019. Raises ``Unknown`` where neither is stated.
    """
    os, chosen, catalog = workload.host.os, workload.deployment.platform, workload.catalog
    release = catalog.guest(os.id) if os.knows("id") else None
    if release is not None and release.known:
        if release.family not in workload.platform.fact("host", "os") and "own" not in workload.platform.fact(
            "host", "os"
        ):
            raise Unknown("host.os.id")  # another system: VM623
        return release
    if not workload.platform.has("lifecycle", "product"):
        raise Unknown("host.os.id")
    cycles = workload.platform.fact("lifecycle")
    if not chosen.knows("version") and "defaultCycle" not in cycles:
        raise Unknown("deployment.platform.version")
    version = str(chosen.version) if chosen.knows("version") else cycles["defaultCycle"]
    cycle = catalog.cycle(cycles["product"], version)
    for guest in catalog.guests.values() if cycle else ():
        dates = guest.data.get("lifecycle", {})
        if cycle and (dates.get("product"), dates.get("cycle")) == (cycle.product, cycle.cycle):
            return guest
    raise Unknown("host.os.id")


def precedes(workload: Workload, release: GuestOS, first: str) -> bool:
    """Whether a release came out before another one, given by its id; unknown where a day is."""
    own, other = release.released, workload.catalog.guests[first].released
    if own is None or other is None:
        raise release.unknown("released")
    return own < other


def release_field(workload: Workload) -> str:
    """Return the field that tells the release of :func:`host_release`."""
    os = workload.host.os
    return "host.os.id" if os.knows("id") else "deployment.platform.version"
