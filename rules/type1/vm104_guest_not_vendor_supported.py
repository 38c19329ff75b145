from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vmlint.api import Finding, GuestOS, Platform, Severity, Version, Workload, finding, rule

from ..shared.any_platform import in_any_platform
from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.fields import guest_os_field
from ..shared.host_releases import host_release, precedes, release_field

EXCLUDED = ("fails", "unsupported")
"""The statuses of a platform's entry that speak against a guest."""


@rule(
    "VM104",
    "guest-not-vendor-supported",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("T1-D4",),
    sources=("S-04", "S-09", "R1-03", "P-11a", "R14-703", "R14-705"),
    architectures=VIRTUAL_MACHINES,
    fits_if={"guest.platform": "names a CPU for which the vendor supports the guest"},
)
def guest_not_vendor_supported(workload: Workload) -> Iterator[Finding]:
    """Vendors say which guests they help with, and a guest off that list is on its own.

    ## Why

    A guest off the list often runs. But there are no drivers for it, nobody tests it with the next update of the
    platform, and a support case ends with the request to move the guest. Microsoft's list for Hyper-V begins with
    Windows 7 SP1 and Windows Server 2008 SP2; XCP-ng has dropped every system past its end of life; ESXi takes macOS
    no longer since 8.0, and Fusion not on Apple silicon. Where the platform is a part of the host's system, a new guest
    may ask for a newer host: Windows Server 2025 for 2022 or later.

    ## Severity

    In development and tests it is a note. A release that is known not to run at all is an error.

    ## When it stays silent

    Only what the vendor excludes is reported: a distribution that its own maker certifies is supported by that maker,
    so what a list merely leaves out is not taken for unsupported, nor what is on it for the time being. Where the
    catalogue has no list, none that speaks against any guest, or none for so old a release of the platform, nothing is
    reported. A platform without a stated release is taken for a current one.
    """
    yield from in_any_platform(workload, lambda supposed: [*_spoken_against(supposed)])


def _spoken_against(workload: Workload) -> Iterator[Finding]:
    """Find what the vendor of a platform says against the guest."""
    platform = workload.platform
    if not platform.has("guest", "releases"):
        return
    releases = platform.fact("guest", "releases")
    if not ("hosts" in releases or any(map(_excludes, _by_cpu(workload, releases)))):
        return
    version = workload.deployment.platform.get("version")
    since = releases.get("since")
    if version is not None and since is not None and version < Version(since):
        return
    guest = workload.guest_os
    by_cpu = _depends_on_cpu(platform, guest)
    status = platform.guest_status(guest, workload.guest.arch if by_cpu else None)
    cpu = by_cpu and workload.guest.knows("platform") and "guest.platform"
    field = guest_os_field(workload)
    if status not in EXCLUDED:
        found = list(_newer_than_host(workload, guest, field))
        yield from found
        if status is None and not found and _excludes(releases):
            raise platform.unknown("guest", "releases")
        return
    if status == "fails":
        yield finding(
            field,
            f"{guest.name} is known not to run on {platform.name}",
            severity=Severity.ERROR,
            because=("deployment.platform.id", cpu),
        )
    elif status == "unsupported":
        at_a_desk = workload.get("environment") in ("dev", "test")
        yield finding(
            field,
            f"{guest.name} is not among the guests that {platform.data.get('vendor', 'the vendor')} supports on "
            f"{platform.name} (as of {releases['asOf']})",
            severity=Severity.NOTE if at_a_desk else None,
            because=("deployment.platform.id", cpu, at_a_desk and "environment"),
            help="run it where it is on the vendor's list, or plan to live without the vendor's help",
        )


def _by_cpu(workload: Workload, releases: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the lists of guests that may count: those for the CPU of the guest, or all where that is not known."""
    apart = releases.get("onArch", {})
    return [apart.get(workload.guest.arch, releases)] if workload.guest.knows("arch") else [releases, *apart.values()]


def _excludes(lists: Mapping[str, Any]) -> bool:
    """Whether lists of guests, by status, speak against any of them."""
    return any(status in lists for status in EXCLUDED)


def _depends_on_cpu(platform: Platform, guest: GuestOS) -> bool:
    """Whether the CPU of a guest decides if a list speaks against it."""
    archs = (None, *platform.fact("guest", "releases").get("onArch", ()))
    answers = {platform.guest_status(guest, arch) for arch in archs}
    return len(answers) > 1 and not answers.isdisjoint(EXCLUDED)


def _newer_than_host(workload: Workload, guest: GuestOS, field: str) -> Iterator[Finding]:
    """Find a guest that the vendor supports on newer releases of the host only."""
    platform = workload.platform
    first = platform.fact("guest", "releases").get("hosts", {}).get(guest.id)
    if first is None:
        return
    host = host_release(workload)
    if host.data.get("desktop") or not precedes(workload, host, first):
        return  # desktops have a list of their own
    at_a_desk = workload.get("environment") in ("dev", "test")
    yield finding(
        field,
        f"{platform.data.get('vendor', 'the vendor')} supports {guest.name} on hosts of "
        f"{workload.catalog.guests[first].name} and later, and the host runs {host.name} "
        f"(as of {platform.fact('guest', 'releases', 'asOf')})",
        severity=Severity.NOTE if at_a_desk else None,
        because=(release_field(workload), "deployment.platform.id", at_a_desk and "environment"),
        help="move the host to a newer release first, or keep the guest on an older one",
    )
