from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from vmlint.api import Confidence, Finding, GuestOS, Severity, Workload, finding, rule

from ..shared.amounts import described, each, figure, read
from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.editions import edition


@rule(
    "VM614",
    "below-minimum-resources",
    Severity.NOTE,
    worst=Severity.WARNING,
    sources=("S-07",),
    confidence=Confidence.MEDIUM,
    architectures=VIRTUAL_MACHINES,
)
def below_minimum_resources(workload: Workload) -> Iterator[Finding]:
    """A system that gets less than its installer asks for may refuse to install, or be very slow.

    ## Why

    Setup of Windows 11 counts two processors, 4 GiB of memory and 64 GB of disk before it begins, and older desktops of
    Windows are unusable with less than theirs.

    ## Severity

    For Windows desktops it is a warning. For any other system the figure in libosinfo is what its installer wants,
    often a graphical one, and the installed system needs less (Ubuntu 24.04 is listed with 3 GiB): a note of low
    confidence.

    ## When it stays silent

    Containers are not judged, nor are images that were installed elsewhere (`deployment.image`, an instance in a cloud)
    unless they are Windows desktops, 32-bit guests, which want less, and the editions that setup makes an exception
    for.
    """
    guest = workload.guest
    if guest.knows("arch") and guest.arch == "386":
        return
    release = workload.guest_os
    if not release.has("minimum"):
        return
    desktop = bool(release.data.get("desktop"))
    if not desktop and (workload.deployment.image.knows("ref") or workload.host.cloud.knows("provider")):
        return
    if guest.os.knows("edition") and edition(guest.os.edition, _exempt(release)):
        return
    yield from each(workload, tuple(release.fact("minimum")), partial(_below, release, desktop))


def _exempt(release: GuestOS) -> list[str]:
    return list(release.data.get("firmware", {}).get("exemptEditions", ()))


def _below(release: GuestOS, desktop: bool, workload: Workload, field: str) -> Iterator[Finding]:
    least, given = read(release.fact("minimum", field)), getattr(workload.resources, field)
    if given >= least:
        return
    yield finding(
        f"resources.{field}",
        f"{release.name} wants at least {described(field, least)}, and gets {figure(given)}",
        severity=Severity.WARNING if desktop else Severity.NOTE,
        confidence=Confidence.MEDIUM if desktop else Confidence.LOW,
        because=("guest.os.id",),
        help="give it more, or choose an edition or a release that wants less"
        if desktop
        else "the figure is the installer's: if it starts from a ready-made image, name that in deployment.image",
    )
