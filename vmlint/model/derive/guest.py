"""What follows about the guest."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from vmlint.findings.unknown import Unknown
from vmlint.model.derivation import Derivation
from vmlint.model.derive.builds import release_of_build
from vmlint.model.values import Version

if TYPE_CHECKING:
    from collections.abc import Callable

    from vmlint.catalog.images import ImageGuest
    from vmlint.model.workload import Workload


FEATURE_UPDATE = r"-[0-9]{2}[hH][12]$"
"""The version of a release of Windows, as its users say it: 22H2, behind an id."""


def _image_guest(workload: Workload) -> ImageGuest | None:
    """Return the system that an image is known to hold by its name.

    This holds for every architecture: the advisor may move a container into a machine, and it keeps its system.
    """
    image = workload.deployment.image
    return workload.catalog.image_guest(image.ref) if image.knows("ref") else None


def _guest_id(workload: Workload) -> str:
    found = _image_guest(workload)
    if found and found.id:
        return found.id
    os = workload.guest.os
    return release_of_build(workload, "guest.os.id", os.get("version"), os.stated().get("family"))


def _guest_version(workload: Workload) -> str:
    written = workload.guest.os.stated().get("id", "")
    if re.search(FEATURE_UPDATE, written) and (added := workload.catalog.guests.extension(written)):
        return added
    raise Unknown("guest.os.version")


def _guest_family(workload: Workload) -> str:
    guest = workload.guest
    if guest.os.knows("id"):
        found = workload.catalog.guest(guest.os.id)
        if found:
            return found.family
    if guest.knows("platform"):
        return guest.platform.os
    image = _image_guest(workload)
    if image:
        return image.family
    raise Unknown("guest.os.id")


def _guest_age(workload: Workload) -> int:
    """Return the full years since a system came out: CentOS 6.10 is as old as CentOS 6, which it only updates."""
    system, today = workload.guest_os, workload.today
    released = date.fromisoformat(str(system.fact("released")))
    cycle = workload.catalog.guest_cycle(system) if system.has("lifecycle") else None
    if cycle is not None and cycle.released is not None:
        released = min(released, cycle.released)
    return today.year - released.year - ((today.month, today.day) < (released.month, released.day))


def _guest_arch(workload: Workload) -> str:
    if workload.guest.knows("platform"):
        return workload.guest.platform.arch
    if workload.guest.os.knows("id"):
        found = workload.catalog.guest(workload.guest.os.id)
        if found and found.has("arch") and len(found.fact("arch")) == 1:
            return str(found.fact("arch")[0])
    raise Unknown("guest.platform")


def _from_guest_os(*keys: str, convert: Callable[[Any], Any] = lambda value: value) -> Callable[[Workload], Any]:
    def derive(workload: Workload) -> Any:
        if workload.guest.kernel.source == "custom":
            raise Unknown(f"guest.{'.'.join(keys)}")  # another kernel than the release's own has another version
        return convert(workload.guest_os.fact(*keys))

    return derive


GUEST = (
    Derivation(
        "guest.os.id",
        ("deployment.image.ref", "guest.os.version"),
        "the tag of a distribution's own image names the release, and a build of Windows belongs to one release",
        _guest_id,
    ),
    Derivation(
        "guest.os.version",
        ("guest.os.id",),
        "an id may go on with the version of Windows: win10-22h2",
        _guest_version,
    ),
    Derivation(
        "guest.os.family",
        ("guest.os.id", "guest.platform", "deployment.image.ref"),
        "the id of an operating system determines its family",
        _guest_family,
    ),
    Derivation("guest.os.age", ("guest.os.id",), "the catalogue knows when the system came out", _guest_age),
    Derivation(
        "guest.os.oneOf", ("guest.os.id",), "a release is one of itself", lambda workload: (workload.guest.os.id,)
    ),
    Derivation("guest.arch", ("guest.platform", "guest.os.id"), "a platform names its CPU", _guest_arch),
    Derivation(
        "guest.kernel.version",
        ("guest.os.id",),
        "a release comes with its own kernel",
        _from_guest_os("kernel", "version", convert=Version),
    ),
    Derivation(
        "guest.kernel.modifiable",
        ("guest.os.id",),
        "only its vendor can change a closed kernel",
        _from_guest_os("kernel", "modifiable"),
    ),
    Derivation(
        "guest.kernel.paravirt",
        ("guest.os.id",),
        "a release's kernel has paravirtual interfaces built in or not",
        _from_guest_os("kernel", "paravirt", convert=frozenset),
    ),
)
