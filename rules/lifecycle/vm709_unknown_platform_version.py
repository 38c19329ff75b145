from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.support import known_cycle
from ..shared.wording import listed

NAMED = 4
"""How many of the newest releases the help names."""


@rule(
    "VM709",
    "unknown-platform-version",
    Severity.WARNING,
    sources=("S-08",),
)
def unknown_platform_version(workload: Workload) -> Iterator[Finding]:
    """A version that a platform never had is a slip, and nothing that depends on the version can be checked.

    ## Why

    Whether a platform is still repaired, which guests it supports and how large they may be depends on its version. A
    dot that is missing (`vmware-esxi@70`) or a digit too much (`kubernetes@1.370`) would switch all of that off without
    a word.

    ## Severity

    A release that came out after the data were collected is a note. How far it may be ahead follows from the product's
    pace: how often it had releases so far, and how long ago the newest one was that is known.

    ## When it stays silent

    Every version inside a known release is taken for one (8.0U3e, 1.36.2). So is one that is older than all that are
    known: VM701 says that it has ended. Where no version is stated there is no slip. Platforms whose releases the
    catalogue does not list are not judged.
    """
    chosen = workload.deployment.platform
    if not chosen.states("version"):
        return  # a version that nobody wrote is no slip
    platform = workload.platform
    if not platform.has("lifecycle", "product"):
        return
    product, version = platform.fact("lifecycle", "product"), str(chosen.version)
    if known_cycle(workload.catalog, product, version):
        return
    standing = workload.catalog.standing(product, version, workload.today)
    if standing.kind == "newer":
        yield finding(
            "deployment.platform.version",
            f"{platform.name} {version} is newer than what is known, so what depends on the version is not checked",
            severity=Severity.NOTE,
            because=("deployment.platform.id",),
            help=f"the newest release that is known is {standing.newest}; a newer vmlint may know more",
        )
    elif standing.kind == "none":
        newest = [cycle.cycle for cycle in workload.catalog.cycles(product)[:NAMED]]
        yield finding(
            "deployment.platform.version",
            f"there is no {platform.name} {version}, as far as is known, so what depends on the version is not checked",
            because=("deployment.platform.id",),
            help=f"did you mean {standing.nearest}? The newest releases that are known are {listed(newest)}",
        )
