from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Unknown, Workload, finding, rule

from ..shared.wording import family_name

NAMED_BY_OCI = frozenset({"linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "illumos", "aix"})
"""Families that an OCI platform has a word for. Any other guest has to borrow one."""

SAME_NAME = frozenset({"solaris", "illumos"})
"""Families that many tools call by either word."""


@rule(
    "VM627",
    "os-and-platform-contradict",
    Severity.ERROR,
    sources=("S-07", "S-44"),
    fits_if={
        "guest.os.id": "names a system of the kind that guest.platform states",
        "host.os.id": "names a system of the kind that host.platform states",
    },
)
def os_and_platform_contradict(workload: Workload) -> Iterator[Finding]:
    """A manifest that says Windows in one line and Linux in the next cannot be judged.

    ## Why

    `os` names a release, `platform` the operating system and CPU that programs are built for. Where both are stated
    they must agree, because a rule may go by either: one checks the drivers of Windows Server, another the architecture
    of a Linux image, and neither says anything about what will run. Mostly one of the two was left over from a copy.

    ## When it stays silent

    Systems that OCI has no word for (DOS, OS/2, NetWare, unikernels) may borrow any. Solaris and illumos pass for each
    other.
    """
    for path, facts in (("guest", workload.guest), ("host", workload.host)):
        family = facts.os.stated().get("family")
        if not (facts.os.knows("id") and (family or facts.knows("platform"))):
            continue
        system = workload.catalog.guest(facts.os.id)
        if system is None:
            raise Unknown(f"{path}.os.id")
        if family and family != system.family and not {system.family, family} <= SAME_NAME:
            yield finding(
                f"{path}.os.family",
                f"{system.name} and the family {family} contradict each other: the one is {family_name(system.family)}",
                because=(f"{path}.os.id",),
                help="leave the family out: it follows from the id",
            )
        if not facts.knows("platform"):
            continue
        stated = facts.platform.os
        alike = system.family == stated or {system.family, stated} <= SAME_NAME
        if system.family in NAMED_BY_OCI and not alike:
            yield finding(
                f"{path}.platform",
                f"{facts.platform} and {system.name} contradict each other: one is {family_name(stated)}, "
                f"the other {family_name(system.family)}",
                because=(f"{path}.os.id",),
                help=f"correct {path}.os or {path}.platform, whichever is left over",
            )
