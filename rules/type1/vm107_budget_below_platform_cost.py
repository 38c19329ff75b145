from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.licences import clause, held, licensed_edition


@rule(
    "VM107",
    "budget-below-platform-cost",
    Severity.NOTE,
    article=("T1-D3",),
    sources=("S-17", "R1-04", "P-03", "P-12"),
    architectures=ALL_ARCHITECTURES,
    demands=("requirements.budget.licence",),
)
def budget_below_platform_cost(workload: Workload) -> Iterator[Finding]:
    """A platform that is sold does not go with a budget without licences.

    ## Why

    What a platform costs is a property of the product and of the day, not of its type: Xen, KVM, Proxmox VE and XCP-ng
    are free type 1 hypervisors, Parallels Desktop is a paid type 2. Terms change, so the catalogue's entry has a date,
    and the finding repeats it.

    ## When it stays silent

    An edition that costs nothing, stated as `deployment.platform.edition`, is not reported. Nor is a platform that
    comes with the host's own licence, one that is free for some uses (VM208), or a service that is rented by the hour.
    Where the organisation holds the licence anyway, list the platform's id under `guest.licences`.
    """
    if workload.requirements.budget.licence != "none":
        return
    platform = workload.platform
    if platform.placement == "service":
        return
    licence = platform.fact("licence")
    chosen = licensed_edition(workload)
    terms = licence["editions"][chosen] if chosen else licence
    if terms["cost"] != "paid" or held(workload, platform.id, *platform.data.get("aliases", ())):
        return
    free = [name for name, terms in licence.get("editions", {}).items() if terms["cost"] == "free"]
    yield finding(
        "deployment.platform.id",
        f"{platform.name} needs a paid licence (as of {licence['asOf']}), and the budget has none",
        because=("requirements.budget.licence", chosen != "" and "deployment.platform.edition"),
        help=(
            *(f"its edition {name} costs nothing: {clause(licence['editions'][name])}" for name in free),
            f"if the licence is there anyway, list {platform.id} under guest.licences",
        ),
    )
