from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule


@rule(
    "VM108",
    "hypervisor-nested-in-production",
    Severity.WARNING,
    article=("T1-S1", "T1-U3"),
    sources=("S-31", "S-83", "P-01"),
    architectures=("type1", "paravirtualization"),
)
def hypervisor_nested_in_production(workload: Workload) -> Iterator[Finding]:
    """A hypervisor whose makers mean nesting for laboratories has no place inside a virtual machine in production.

    ## Why

    XCP-ng, Xen and ESXi install in a virtual machine, and that is how they are tried out and taught. Their makers say
    as much: it is for tests, nobody supports it, and every device and every page of memory goes through two
    hypervisors.

    ## What it looks like

    In production it shows as stalls that no side can explain, and as a support case that ends with the first question.

    ## When it stays silent

    Only platforms are judged of which the catalogue knows that statement. Hypervisors that are supported inside others,
    such as KVM on a cloud's instances with nesting, are not meant. Whether nesting works at all is the question of
    VM606.
    """
    if both(
        lambda: workload.platform.data.get("nesting", {}).get("inner") == "lab",
        lambda: workload.environment == "production",
        lambda: workload.host.virtualized,
    ):
        yield finding(
            "host.virtualized",
            f"{workload.platform.name} is to run inside a virtual machine in production, which its makers mean for labs"
            " only",
            because=("environment", "deployment.platform.id"),
            help="install it on a physical host, or run the workload on the hypervisor below",
        )
