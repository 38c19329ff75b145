from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES


@rule(
    "VM630",
    "availability-on-one-host",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("T1-U3",),
    sources=("P-15",),
    architectures=ALL_ARCHITECTURES,
    demands=("requirements.availability", "requirements.mobility.liveMigration"),
)
def availability_on_one_host(workload: Workload) -> Iterator[Finding]:
    """With one host there is nowhere to move a workload to, and nothing to start it on when the host fails.

    ## Why

    High availability restarts a workload on another host, live migration moves it there. Both need a second host that
    reaches the same storage. With two hosts neither can tell a dead neighbour from a cut cable: a third vote decides, a
    small witness at least.

    ## What it looks like

    The cluster's manager refuses the setting, or accepts it and does nothing.

    ## Severity

    One host is an error where the demand is firm, and a warning where live migration is only preferred. Two hosts
    without a witness are a note: no manifest says whether there is one. The number of hosts is no property of a
    platform, so a suggestion does not depend on it while it is unknown.

    ## When it stays silent

    Platforms that rent out machines keep them available by themselves. A hosted hypervisor, which has no failover at
    all, is left to VM204. How the application keeps copies of itself elsewhere is not known here.
    """
    requirements = workload.requirements
    moves = requirements.mobility.live_migration
    firm = requirements.availability in ("ha", "mission-critical")
    if not firm and moves in (None, "none"):
        return
    if not both(
        lambda: not workload.platform.hosted and workload.platform.placement != "service",
        lambda: workload.host.cluster.nodes in ((1, 2) if firm else (1,)),
    ):
        return
    nodes = workload.host.cluster.nodes
    demand = "requirements.availability" if firm else "requirements.mobility.liveMigration"
    if nodes == 1:
        what = (
            f"availability {requirements.availability} is demanded, and the cluster has one node: there is no other "
            "host to start it on"
            if firm
            else f"live migration is {moves}, and the cluster has one node: there is no other host to move it to"
        )
        yield finding(
            "host.cluster.nodes",
            what,
            severity=Severity.ERROR if firm or moves == "required" else None,
            because=(demand,),
            help="add hosts: three, or two and a witness that has a vote",
        )
    else:
        yield finding(
            "host.cluster.nodes",
            f"availability {requirements.availability} is demanded, and of two nodes neither has a majority when the "
            "other fails",
            severity=Severity.NOTE,
            because=(demand,),
            help="add a third vote: a node, or a witness such as a QDevice, a file share or a small host",
        )
