from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import HOSTED, is_desktop_hypervisor


@rule(
    "VM202",
    "type2-for-high-performance",
    Severity.WARNING,
    article=("T2-C4", "T2-D1", "T2-D4", "T1-A1"),
    architectures=HOSTED,
    demands=("requirements.performance.class",),
)
def type2_for_high_performance(workload: Workload) -> Iterator[Finding]:
    """A hosted hypervisor shares the machine with a desktop system, and pays for it in I/O and scheduling.

    ## Why

    With VT-x or AMD-V the guest's arithmetic runs at full speed on either type. A hosted hypervisor adds the way to
    every device through the host's own system, and a scheduler that also serves a browser.

    ## What it looks like

    Throughput suffers, and the tail of the latencies even more.

    ## Severity

    In development a single virtual machine that mostly computes hardly notices, so there it is a note.

    ## When it stays silent

    Emulation is far slower still and is left to VM502.
    """
    if workload.requirements.performance.class_ != "high" or workload.deployment.get("mode") == "emulation":
        return
    if not is_desktop_hypervisor(workload.platform):
        return
    several = workload.knows("instances") and workload.instances > 1
    at_a_desk = workload.knows("environment") and workload.environment in ("dev", "test") and not several
    yield finding(
        "deployment.platform.id",
        f"high performance is demanded, and {workload.platform.name} reaches every device through a desktop system",
        severity=Severity.NOTE if at_a_desk else None,
        because=("requirements.performance.class",),
        help="where it cannot move, paravirtual disk and network devices win back part of it",
    )
