"""What an instance gets, against what the host has, what the guest's installer wants, and what the platform allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from vmlint.api import (
    Confidence,
    Finding,
    GuestOS,
    Severity,
    Size,
    Unknown,
    Version,
    Workload,
    finding,
    format_size,
    rule,
)

from .wording import distrust_fields, edition

VIRTUAL_MACHINES = ("type1", "type2", "paravirtualization", "full-virtualization")
"""The words for machines, which keep the memory that they are given. A container's figure is a limit, and reserves
nothing."""

MOST_OF_A_DESKTOP = (3, 4)
"""Share of a desktop's memory that guests may take before its own system starts to swap: a judgement, which leaves
4 GiB of 16."""

AMOUNTS = {"cpu": "vcpu", "memory": "memory"}
"""Fields of ``resources``, and what the catalogue's ``limits`` call them."""


@rule(
    "VM209",
    "guest-memory-exceeds-host",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("T2-D4",),
    sources=("S-23",),
    confidence=Confidence.MEDIUM,
    architectures=VIRTUAL_MACHINES,
)
def guest_memory_exceeds_host(workload: Workload) -> Iterator[Finding]:
    """Guests that are given all the memory of their host leave nothing for the host itself.

    A virtual machine keeps what it was given. When the guests of a host add up to what it has, its own system, the
    device models and the file cache have to live from swap: some platforms then refuse to start the guest, others kill
    it when it really uses its memory. Proxmox advises to leave the host a gigabyte at least. On a desktop, where a
    whole working environment runs beside the guests, more than three quarters is a warning.

    Instances are added up only where they are known to share one host (`host.cluster.nodes: 1`); with `placement:
    one-per-host`, or where nobody says how many there are, one counts. Silent where `deployment.overcommit` declares
    that memory is promised twice on purpose, as ballooning and page sharing allow, and for containers, whose figures
    are limits. Where `requirements.density.perHost` says how many must fit, VM602 counts them.
    """
    deployment = workload.deployment
    if workload.requirements.density.per_host is not None or (deployment.knows("overcommit") and deployment.overcommit):
        return
    one = workload.resources.memory
    if one < workload.host.memory:
        yield from _taken(workload, _on_this_host(workload))
    else:
        yield from _taken(workload, 1)


def _on_this_host(workload: Workload) -> int:
    """Return how many instances the host certainly has to hold."""
    instances: int = workload.get("instances", 1)
    deployment = workload.deployment
    if instances == 1 or (deployment.knows("placement") and deployment.placement == "one-per-host"):
        return 1
    return instances if workload.host.cluster.nodes == 1 else 1


def _taken(workload: Workload, count: int) -> Iterator[Finding]:
    one, available = workload.resources.memory, workload.host.memory
    taken = count * one
    part, whole = MOST_OF_A_DESKTOP
    full = taken >= available
    if not full and not (workload.platform.hosted and whole * taken > part * available):
        return
    guests = f"{count} guests of {one} take {format_size(taken)}" if count > 1 else f"the guest takes {one}"
    left = "which leaves nothing for the host" if full else "which leaves less than a quarter for the desktop"
    yield finding(
        "resources.memory",
        f"{guests} of the {available} that the host has, {left}",
        severity=Severity.ERROR if full else Severity.WARNING,
        because=(
            "host.memory",
            *(["instances", "host.cluster.nodes"] if count > 1 else []),
            *([] if full else ["deployment.platform.id"]),
        ),
        help=(
            "give the guests less, or run fewer of them at a time",
            "declare deployment.overcommit: true if memory is promised twice on purpose",
        ),
    )


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
    """A system that gets less than its installer asks for may refuse to install, or crawl.

    Setup of Windows 11 counts two processors, 4 GiB of memory and 64 GB of disk before it begins, and older desktops of
    Windows are unusable with less than theirs: a warning. For any other system the figure in libosinfo is what its
    installer wants, often a graphical one, and the installed system lives on less; Ubuntu 24.04 is listed with 3 GiB.
    That is a hint for an auditor and nothing more.

    Silent for containers, for images that were installed elsewhere (`deployment.image`, an instance in a cloud) unless
    they are Windows desktops, for 32-bit guests, which want less, and for the editions that setup makes an exception
    for.
    """
    release, guest = workload.guest_os, workload.guest
    if not release.has("minimum") or (guest.knows("arch") and guest.arch == "386"):
        return
    desktop = bool(release.data.get("desktop"))
    if not desktop and (workload.deployment.image.knows("ref") or workload.host.cloud.knows("provider")):
        return
    if guest.os.knows("edition") and edition(guest.os.edition, _exempt(release)):
        return
    yield from _each(workload, tuple(release.fact("minimum")), partial(_below, release, desktop))


def _exempt(release: GuestOS) -> list[str]:
    return list(release.data.get("firmware", {}).get("exemptEditions", ()))


def _below(release: GuestOS, desktop: bool, workload: Workload, field: str) -> Iterator[Finding]:
    least, given = _read(release.fact("minimum", field)), getattr(workload.resources, field)
    if given >= least:
        return
    yield finding(
        f"resources.{field}",
        f"{release.name} wants at least {_told(field, least)}, and gets {_figure(given)}",
        severity=Severity.WARNING if desktop else Severity.NOTE,
        confidence=Confidence.MEDIUM if desktop else Confidence.LOW,
        because=("guest.os.id",),
        help="give it more, or choose an edition or a release that wants less"
        if desktop
        else "the figure is the installer's: if it starts from a ready-made image, name that in deployment.image",
    )


@rule(
    "VM615",
    "above-guest-or-platform-maximum",
    Severity.WARNING,
    worst=Severity.ERROR,
    sources=("S-01", "P-01", "P-02", "P-04a", "P-04e", "P-14", "P-17", "P-18", "R5-06"),
)
def above_maximum(workload: Workload) -> Iterator[Finding]:
    """No platform gives a virtual machine more than it was built for.

    A machine with more processors or memory than that is refused when it is defined or started. The limit may depend on
    the platform's version, and on Hyper-V on the generation of the machine: generation 1 ends at 64 processors.

    Two milder limits are warnings. A vendor may support a guest's release with fewer processors than the platform has
    to give, as Microsoft does Windows 11 with 32 on Hyper-V: the rest lies idle, or nobody helps. And it may repair
    what an untrusted guest can do to the host only up to a certain size, as XCP-ng does up to 32 processors.

    Silent where the catalogue has no limit from a source. What an old system itself can address is told by VM504.
    """
    if workload.deployed and workload.platform.has("limits"):
        yield from _each(workload, tuple(AMOUNTS), _above)


def _above(workload: Workload, field: str) -> Iterator[Finding]:
    platform, deployment = workload.platform, workload.deployment
    limits: Mapping[str, Any] = platform.fact("limits")
    given = getattr(workload.resources, field)
    if _exceeds(given, limits, field):
        yield _too_much(
            workload, field, limits, f"{platform.name} gives a virtual machine", ("deployment.platform.id",)
        )
        return
    versions: Mapping[str, Any] = limits.get("byVersion", {})
    if any(_exceeds(given, amounts, field) for amounts in versions.values()):
        version = deployment.platform.version
        known = [stem for stem in versions if version.startswith(Version(stem))]
        amounts = versions[max(known, key=len)] if known else {}
        if _exceeds(given, amounts, field):
            by = f"{platform.name} {version} gives a virtual machine"
            yield _too_much(workload, field, amounts, by, ("deployment.platform.version",))
            return
    first = limits.get("generation1", {})
    if _exceeds(given, first, field) and deployment.generation == "1":
        by = f"{platform.name} gives a machine of generation 1"
        yield _too_much(workload, field, first, by, ("deployment.generation",))
        return
    yield from _beyond_support(workload, field)


def _beyond_support(workload: Workload, field: str) -> Iterator[Finding]:
    """Object where it runs, and the vendor does not stand behind it."""
    platform, os = workload.platform, workload.guest.os
    limits: Mapping[str, Any] = platform.fact("limits")
    given = getattr(workload.resources, field)
    release = workload.catalog.guest(os.id) if os.knows("id") else None
    own = limits.get("guests", {}).get(release.id, {}) if release else {}
    if release and _exceeds(given, own, field):
        by = f"{platform.name} supports {release.name} with"
        fields = ["guest.os.id", "deployment.platform.id"]
        yield _too_much(workload, field, own, by, fields, Severity.WARNING)
    secure = limits.get("securitySupport", {})
    if workload.untrusted and _exceeds(given, secure, field):
        by = f"{platform.name} has security support for an untrusted guest with"
        fields = [*distrust_fields(workload), "deployment.platform.id"]
        yield _too_much(workload, field, secure, by, fields, Severity.WARNING)


def _exceeds(given: float, amounts: Mapping[str, Any], field: str) -> bool:
    name = AMOUNTS[field]
    return name in amounts and given > _read(amounts[name])


def _too_much(
    workload: Workload,
    field: str,
    amounts: Mapping[str, Any],
    by: str,
    because: Sequence[str],
    severity: Severity = Severity.ERROR,
) -> Finding:
    most, given = _told(field, _read(amounts[AMOUNTS[field]])), getattr(workload.resources, field)
    return finding(
        f"resources.{field}",
        f"{by} at most {most}, and {_figure(given)} are asked for",
        severity=severity,
        because=because,
        help="a machine of generation 2 may have more; an installed one cannot change its generation"
        if "deployment.generation" in because
        else (),
    )


def _read(amount: int | str) -> float:
    return Size.parse(amount) if isinstance(amount, str) else amount


def _told(field: str, amount: float) -> str:
    return f"{_figure(amount)} {'CPUs' if field == 'cpu' else f'of {field}'}"


def _figure(amount: float) -> str:
    return str(amount) if isinstance(amount, Size) else f"{amount:g}"


def _each(workload: Workload, fields: tuple[str, ...], look: Any) -> Iterator[Finding]:
    """Look at several fields; what is found stands although another field is unknown."""
    found: list[Finding] = []
    unknown: Unknown | None = None
    for field in fields:
        try:
            found += look(workload, field)
        except Unknown as missing:
            unknown = unknown or missing
    if unknown and not found:
        raise unknown
    yield from found
