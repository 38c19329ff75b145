from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, repair, rule


@rule(
    "VM501",
    "full-virtualization-ambiguous",
    Severity.NOTE,
    article=("FV-E3", "FV-C2"),
    sources=("S-03", "S-32"),
    architectures=("full-virtualization",),
)
def full_virtualization_ambiguous(workload: Workload) -> Iterator[Finding]:
    """Full virtualization can mean hardware assistance or emulation, and the two have little in common.

    ## Why

    Both offer an unmodified guest on a complete machine. With KVM, HVF or WHPX the CPU runs it at nearly full speed
    behind a real boundary; with QEMU's TCG each instruction is translated, which reaches foreign CPUs but is many times
    slower and confines nothing. libvirt spells the difference `kvm` and `qemu`. Where the platform offers both and the
    manifest says neither, vmlint assumes hardware assistance for the host's own kind of CPU and emulation for any
    other.

    ## When it stays silent

    A platform that offers only one of them is not ambiguous, nor is a type 1 hypervisor that can emulate as well. Where
    nobody wrote `full-virtualization` and nothing can be assumed, as in a file of QEMU that leaves the accelerator to
    the command line, there is nothing to correct.
    """
    deployment = workload.deployment
    if deployment.states("mode") or not (deployment.states("architecture") or deployment.knows("mode")):
        return  # nothing is written, and nothing is assumed
    if "type1" in workload.platform.architectures:
        return
    platform = workload.platform
    if not {"hw-assisted", "emulation"} <= platform.modes.keys():
        return
    assumed: str = deployment.get("mode", "")
    yield finding(
        "deployment.architecture",
        f"full virtualization on {platform.name} can be hardware-assisted or emulated; "
        + (f"{assumed} is assumed" if assumed else "neither is stated"),
        because=("deployment.platform.id",),
        help="state mode: hw-assisted for a guest of the host's own CPU architecture, mode: emulation for any other",
        repairs=(repair("says what is assumed anyway", mode=assumed),) if assumed else (),
    )
