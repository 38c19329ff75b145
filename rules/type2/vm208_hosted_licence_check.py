from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.licences import clause, held, licensed_edition
from ..shared.wording import listed


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

    ## Why

    VirtualBox itself is free software, its Extension Pack is not: it is free for personal use and for education, and
    whoever else installs it needs a licence of Oracle. It is downloaded from the same page, so it spreads unnoticed.

    ## When it stays silent

    Only `deployment.platform.edition` is read, in staging and production, where it names an edition with such terms. A
    licence that is held is stated under `guest.licences`, as the platform's id, or as that id and the edition:
    `virtualbox-extension-pack`. Editions that everybody pays for are left to VM107.
    """
    if not workload.deployment.platform.knows("edition"):
        return
    platform, chosen = workload.platform, licensed_edition(workload)
    if not chosen:
        return
    terms = platform.fact("licence", "editions", chosen)
    if terms["cost"] != "mixed" or held(workload, platform.id, f"{platform.id}-{chosen}"):
        return
    if workload.environment not in ("staging", "production"):
        return
    yield finding(
        "deployment.platform.edition",
        f"{platform.name}, {chosen}, is free only for {listed(terms['freeFor'])} "
        f"(as of {platform.fact('licence', 'asOf')})",
        because=("deployment.platform.id", "environment"),
        help=(
            "note" in terms and clause(terms),
            f"if a licence is held, list {platform.id}-{chosen} under guest.licences",
        ),
    )
