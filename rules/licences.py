"""Licences: what a platform or an edition of it costs, against what the workload may spend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vmlint.api import Finding, Severity, Workload, finding, rule

from .listing import listed
from .wording import ALL_ARCHITECTURES, edition


@rule(
    "VM107",
    "budget-below-platform-cost",
    Severity.NOTE,
    article=("T1-D3",),
    sources=("S-17", "R1-04", "P-03", "P-12"),
    architectures=ALL_ARCHITECTURES,
)
def budget_below_platform_cost(workload: Workload) -> Iterator[Finding]:
    """A platform that is sold does not go with a budget without licences.

    What a platform costs is a property of the product and of the day, not of its type: Xen, KVM, Proxmox VE and XCP-ng
    are free type 1 hypervisors, Parallels Desktop is a paid type 2. Terms change; the catalogue's entry bears a date,
    and the finding repeats it.

    An edition that costs nothing, stated as `deployment.platform.edition`, is no finding. Nor is a platform that comes
    with the host's own licence, nor one that is free for some uses (VM208), nor a service that is rented by the hour.
    Where the organisation holds the licence anyway, say so with the platform's id under `guest.licences`.
    """
    if workload.requirements.budget.licence != "none":
        return
    platform = workload.platform
    if platform.placement == "service":
        return
    licence = platform.fact("licence")
    chosen = _edition(workload)
    terms = licence["editions"][chosen] if chosen else licence
    if terms["cost"] != "paid" or _held(workload, platform.id, *platform.data.get("aliases", ())):
        return
    free = [name for name, terms in licence.get("editions", {}).items() if terms["cost"] == "free"]
    yield finding(
        "deployment.platform.id",
        f"{platform.name} needs a paid licence (as of {licence['asOf']}), and the budget has none",
        because=("requirements.budget.licence", *(["deployment.platform.edition"] if chosen else [])),
        help=(
            *(f"its edition {name} costs nothing: {_clause(licence['editions'][name])}" for name in free),
            f"if the licence is there anyway, list {platform.id} under guest.licences",
        ),
    )


@rule(
    "VM208",
    "hosted-licence-check",
    Severity.NOTE,
    article=("T2-A3",),
    sources=("P-11d", "P-22", "R1-01"),
    architectures=ALL_ARCHITECTURES,
)
def hosted_licence_check(workload: Workload) -> Iterator[Finding]:
    """Some editions and add-ons are free for some uses only, and production is rarely one of them.

    VirtualBox itself is free software, its Extension Pack is not: it is free for personal use and for education, and
    whoever else installs it needs a licence of Oracle. It is downloaded from the same page, so it spreads unnoticed.

    The rule reads `deployment.platform.edition` and speaks only where that names an edition with such terms, in staging
    or production. A licence that is held is stated under `guest.licences`, as the platform's id, or as that id and the
    edition: `virtualbox-extension-pack`. Editions that everybody pays for are VM107's.
    """
    if not workload.deployment.platform.knows("edition"):
        return
    platform, chosen = workload.platform, _edition(workload)
    if not chosen:
        return
    terms = platform.fact("licence", "editions", chosen)
    if terms["cost"] != "mixed" or workload.environment not in ("staging", "production"):
        return
    if _held(workload, platform.id, f"{platform.id}-{chosen}"):
        return
    yield finding(
        "deployment.platform.edition",
        f"{platform.name}, {chosen}, is free only for {listed(terms['freeFor'])} "
        f"(as of {platform.fact('licence', 'asOf')})",
        because=("deployment.platform.id", "environment"),
        help=(
            *([_clause(terms)] if "note" in terms else []),
            f"if a licence is held, list {platform.id}-{chosen} under guest.licences",
        ),
    )


def _edition(workload: Workload) -> str:
    """Return the edition of the platform that was named, where the catalogue has terms for it."""
    written = workload.deployment.platform.get("edition", "")
    return edition(written, workload.platform.data.get("licence", {}).get("editions", {}))


def _held(workload: Workload, *labels: str) -> bool:
    """Tell whether one of several licences is among those that are held."""
    return any(label.lower() in labels for label in workload.guest.licences or ())


def _clause(terms: Mapping[str, Any]) -> str:
    """Return the note of an edition as part of a sentence."""
    note = str(terms.get("note", ""))
    return f"{note[:1].lower()}{note[1:]}".removesuffix(".")
