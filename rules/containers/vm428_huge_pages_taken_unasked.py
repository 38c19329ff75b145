from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Unknown, Workload, both, finding, named_values, rule

TRIES = re.compile(
    r"(?:^|/)(?:postgres|postgresql|postgresql-repmgr|postgis|pgvector|timescaledb|timescaledb-ha|spilo-[0-9]+"
    r"|crunchy-postgres|percona-distribution-postgresql|yugabyte)(?:[:@]|$)"
)
"""Images of PostgreSQL and of what is made of it: their huge_pages is `try`, which takes any that there are."""

IN_USE = ("kernel.hugepages.", "vm.nr_hugepages")
"""How a host's features and parameters begin that tell of huge pages."""


@rule(
    "VM428",
    "huge-pages-taken-unasked",
    Severity.NOTE,
    sources=("R13-719",),
    symptoms=("Bus error (core dumped)", "child process exited with exit code 135"),
    architectures=("container",),
    fits_if={"deployment.tuning.hugepages": "is true"},
    confidence=Confidence.MEDIUM,
)
def huge_pages_taken_unasked(workload: Workload) -> Iterator[Finding]:
    """PostgreSQL takes a node's huge pages although its pod may not use them, and dies of it.

    ## Why

    PostgreSQL asks the kernel for huge pages and does without where it gets none. On a node that has some, the kernel
    reserves them for a pod whose own limit is zero, and only the first access fails. Before runc 1.1.10 a container's
    limit is one of the use of huge pages, not of their reservation.

    ## What it looks like

    The first start of the database ends with "Bus error (core dumped)" and "child process exited with exit code 135".

    ## When it stays silent

    On nodes that are not known to have huge pages, for pods that ask for some, and outside of orchestrators: an engine
    alone sets no such limit.
    """
    images = (workload.deployment.image.get("ref", ""), *workload.deployment.get("other_images", ()))
    if not any(TRIES.search(image) for image in images):
        return
    if any("huge_pages=off" in word for word in workload.deployment.get("command", ())):
        return
    if workload.deployment.tuning.get("hugepages", False):
        return
    if not both(
        lambda: workload.platform.placement == "orchestrator",
        lambda: bool(_has_some(workload)),
        lambda: not workload.deployment.tuning.hugepages,
    ):
        return
    yield finding(
        _has_some(workload),
        "the host has huge pages, and PostgreSQL takes them although its pod asks for none, which can end it with a "
        "bus error",
        because=("deployment.image.ref", "deployment.tuning.hugepages", "deployment.platform.id"),
        help=(
            "give the pod huge pages (resources.limits: hugepages-2Mi), or keep it off such nodes",
            "set huge_pages = off; from PostgreSQL 16 on also for initdb: --set huge_pages=off",
            "runc 1.1.10 and later refuse the reservation, which PostgreSQL copes with: update the nodes",
        ),
    )


def _has_some(workload: Workload) -> str:
    """Return the field that says that the host has huge pages; nothing where one says that it has none.

    Raises ``Unknown`` where nothing says.
    """
    host = workload.host
    known = False
    for field, pairs in (
        ("host.features.present", host.features.get("present", ())),
        ("host.kernel.sysctls", host.kernel.get("sysctls", ())),
    ):
        values = [value for name, value in named_values(frozenset(pairs)).items() if name.startswith(IN_USE)]
        if any(value.strip("0") for value in values):
            return field
        known = known or bool(values)
    words = named_values(frozenset(host.kernel.get("cmdline", ())))
    if words.get("hugepages", "").strip("0"):
        return "host.kernel.cmdline"
    if known:
        return ""
    raise Unknown("host.kernel.sysctls")
