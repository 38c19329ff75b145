"""Lifecycle, looking ahead: what ends soon, what has no future, and what is in a network although it had its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from vmlint.api import Cycle, Finding, Severity, Unknown, Workload, finding, rule

from .support import (
    COMPENSATING_CONTROL,
    Release,
    guest_release,
    has_ended,
    is_paid,
    newest_supported,
    paid_phase,
    platform_release,
    said,
    security_phase,
    until,
    ways_on,
)
from .wording import labelled

NOTICE = timedelta(days=180)
"""How long before its end a release is told of: half a year, about what it takes to plan, test and make such a move."""

SHARE_OF_LIFE = 4
"""A release that lives shortly is told of in the last quarter of its life only, or it would be for most of it:
Kubernetes supports one for fourteen months, Podman for three to seven."""

LASTING = ("staging", "production")
"""Environments that stay for long enough to plan for."""

STALE = timedelta(days=180)
"""Age from which on lifecycle data are old: two releases of Kubernetes and one of Ubuntu come out in the meantime."""

PAST_ANY_SUPPORT = 20
"""Years after which nobody repairs a release of which the catalogue has no dates. Those that it has dates of, Solaris
apart, end within twenty years, their paid phases included (S-08)."""


@rule(
    "VM702",
    "platform-eol-soon",
    Severity.NOTE,
    article=("CH-8",),
    sources=("S-08", "S-13", "P-02", "P-03"),
)
def platform_eol_soon(workload: Workload) -> Iterator[Finding]:
    """A platform whose security support ends within half a year should have a successor in the making.

    A hypervisor is not replaced in a weekend: hardware has to be on the new release's list, guests have to move, tools
    and licences have to follow. Whoever starts after the end runs on unrepaired ground until it is done.

    Told of staging and production only, since what is tried out today is gone by then. A short-lived release, such as
    one of Kubernetes, is told of in the last quarter of its life only. Silent where a distribution or a cloud may
    maintain it longer than its project does, as in VM701, which speaks once the day has passed.
    """
    release = platform_release(workload) if workload.deployed else None
    if release is None or not _ends_within(workload, release.cycle.security_until, _notice(release.cycle)):
        return
    if release.elsewhere or workload.environment not in LASTING:
        return
    cycle = release.cycle
    yield finding(
        release.path,
        f"{release.name}: {security_phase(cycle)} ends on {cycle.security_until} ({said(workload.catalog, cycle)})",
        because=("environment",),
        help=(*_newer(workload, release), *ways_on(workload, release)),
    )


def _ends_within(workload: Workload, day: date | None, notice: timedelta) -> bool:
    return day is not None and timedelta(0) <= day - workload.today <= notice


def _notice(cycle: Cycle) -> timedelta:
    if cycle.released is None or cycle.security_until is None:
        return NOTICE
    return min(NOTICE, (cycle.security_until - cycle.released) / SHARE_OF_LIFE)


def _newer(workload: Workload, release: Release) -> Iterator[str]:
    platform, today = workload.platform, workload.today
    newest = newest_supported(workload.catalog, release.cycle.product, today)
    if newest and newest.cycle != release.cycle.cycle and not platform.has("retired"):
        yield f"plan the move to {platform.name} {newest.cycle} ({until(newest)})"


@rule(
    "VM703",
    "platform-product-retired",
    Severity.WARNING,
    article=("T1-E2",),
    sources=("S-12", "S-08"),
    fits_if={"deployment.platform.id": "names a product that still has a future"},
)
def platform_product_retired(workload: Workload) -> Iterator[Finding]:
    """A product without a successor edition is a dead end, however long its repairs still come.

    The free Hyper-V Server ended with its 2019 edition, as is reported. It is patched like Windows Server 2019, so it
    is not past its support, but whatever is built on it has to move once more: new hardware and new guests are
    supported by newer hosts only. The technology goes on under another name, which the help tells.

    Once the repairs stop as well, VM701 speaks instead.
    """
    if not workload.deployed or not workload.platform.has("retired"):
        return
    platform, release = workload.platform, platform_release(workload)
    if release and has_ended(workload, release.cycle):
        return
    retired = platform.fact("retired")
    yield finding(
        "deployment.platform.id",
        f"{platform.name} is a retired product, with no new edition since {retired['since']}",
        help=(retired["reason"], *(ways_on(workload, release) if release else ())),
    )


@rule(
    "VM705",
    "guest-on-paid-support-only",
    Severity.NOTE,
    article=("FV-A3",),
    sources=("S-08",),
)
def guest_on_paid_support_only(workload: Workload) -> Iterator[Finding]:
    """Paid support that outlives a guest's general support has an end as well, and nothing comes after it.

    Extended Security Updates, Ubuntu Pro or LTSS buy time for a move, and they run out on a fixed day. In their last
    half year the move should be on its way.

    Speaks only where such support is declared under `guest.licences` and is all that still repairs the guest. Without
    the declaration the guest counts as unrepaired, which is told by VM704 or, of a container's base, by VM707; so does
    one whose paid support has ended.
    """
    if not workload.guest.licences:
        return
    release = guest_release(workload)
    cycle = release.cycle
    if not (has_ended(workload, cycle) and is_paid(workload, release)):
        return
    if not _ends_within(workload, cycle.paid_until, NOTICE):
        return
    yield finding(
        release.path,
        f"{release.name} is repaired by {paid_phase(cycle)} only, which ends on {cycle.paid_until} "
        f"({said(workload.catalog, cycle)})",
        because=("guest.licences", *release.stated),
        help="move to a release that is repaired for longer; nothing comes after this",
    )


@rule(
    "VM708",
    "legacy-guest-exposed",
    Severity.NOTE,
    worst=Severity.WARNING,
    article=("FV-A3", "FV-U1"),
    sources=("S-07",),
    fits_if={"deployment.network.exposure": "is none"},
)
def legacy_guest_exposed(workload: Workload) -> Iterator[Finding]:
    """A system that nobody has repaired for many years is kept alive best where no network reaches it.

    Windows 98, NT 4.0, DOS and NetWare are what virtual machines preserve. Their dates of support are in no current
    list, so VM704 has nothing to say of them; but no vendor repairs a release of that age, and worms of its time still
    find it. On a private network it is a foothold for whoever got in, hence advice; within reach of the public it is a
    warning.

    Silent for a release with known dates, which VM704 judges, and where the label `vmlint/compensating-control` names
    what stands in front of it.
    """
    if not workload.deployed:
        return
    system = workload.guest_os
    if system.has("lifecycle") or not system.has("released") or labelled(workload, COMPENSATING_CONTROL):
        return
    age, network = workload.guest.os.age, workload.deployment.network
    if age < PAST_ANY_SUPPORT or network.exposure == "none":
        return
    public = network.exposure == "public"
    yield finding(
        "deployment.network.exposure",
        f"{system.name} came out {age} years ago and is repaired by nobody, and "
        f"{'the public' if public else 'a private network'} can reach it",
        severity=Severity.WARNING if public else Severity.NOTE,
        because=("guest.os.id",),
        help=(
            "cut it off from every network, and keep a snapshot to go back to",
            f"if a filtering gateway stands in front of it, name that in the label {COMPENSATING_CONTROL}",
        ),
    )


@rule(
    "VM799",
    "lifecycle-data-stale",
    Severity.NOTE,
    article=("CH-8",),
    sources=("S-08",),
    optional=True,
)
def lifecycle_data_stale(workload: Workload) -> Iterator[Finding]:
    """Dates of support that were collected long ago may have been moved since, and newer releases are missing.

    Vendors extend support, shorten it and add phases; vmlint's dates are as old as the release of vmlint that brought
    them. From half a year on the rules that go by them deserve a second look. The finding stands once in a workload,
    at the platform or else at the guest whose dates were used.

    Runs only in the profile `strict` or when it is selected, since everybody with an old vmlint would read it in every
    file.
    """
    unknown: Unknown | None = None
    for look in (platform_release if workload.deployed else _nothing, guest_release):
        try:
            release = look(workload)
        except Unknown as missing:
            unknown = unknown or missing
            continue
        age = _age(workload, release.cycle) if release else timedelta(0)
        if release and age > STALE:
            yield finding(
                release.path,
                f"the dates of {release.name} are {age.days} days old ({said(workload.catalog, release.cycle)})",
                help="install a newer vmlint, or look the dates up where they come from",
            )
            return
    if unknown:
        raise unknown


def _nothing(_: Workload) -> Release | None:
    return None


def _age(workload: Workload, cycle: Cycle) -> timedelta:
    """Return how old the data of a release are; a source without a date tells nothing."""
    source = workload.catalog.sources.get(cycle.source)
    if source is None or not source.read:
        return timedelta(0)
    return workload.today - date.fromisoformat(f"{source.read}-01"[:10])
