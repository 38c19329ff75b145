from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, repair, rule

from ..shared.architectures import implements, loosely_fits
from ..shared.wording import listed


@rule(
    "VM620",
    "architecture-not-offered-by-platform",
    Severity.ERROR,
    article=(
        "T1-E1",
        "T1-E2",
        "T1-E3",
        "T2-E1",
        "T2-E2",
        "T2-E3",
        "PV-E1",
        "PV-E2",
        "CT-E1",
        "CT-E2",
        "CT-E3",
        "FV-E3",
    ),
    fits_if={
        "deployment.architecture": "is one that the platform offers",
        "deployment.platform.id": "names a platform that offers the architecture",
    },
)
def architecture_not_offered_by_platform(workload: Workload) -> Iterator[Finding]:
    """A platform implements some of the five architectures, and no other can be had from it.

    ## Why

    Docker does not run virtual machines and ESXi does not run containers. A file that says otherwise was put together
    from two plans, and whoever deploys it will follow only one of them.

    ## Severity

    The article's words overlap. KVM and Hyper-V called type 2, or virtio drivers called paravirtualization, are a
    matter of naming: a note, and the file is checked for what will really run.

    ## When it stays silent

    A word is accepted wherever some mode of the platform is what it describes: full virtualization for every hypervisor
    that runs unmodified guests, paravirtualization for Xen and its products. A hosted product is no type 1 hypervisor,
    though, and one that replaces the host's system no type 2. An orchestrator whose runtime class says what really runs
    the workload is not judged.
    """
    if not workload.deployed:
        return
    platform, deployment = workload.platform, workload.deployment
    chosen = deployment.architecture
    if implements(workload, chosen):
        return
    if platform.placement == "orchestrator" and deployment.states("runtime_class"):
        return
    naming = loosely_fits(workload, chosen)
    yield finding(
        "deployment.architecture",
        f"{platform.name} is usually called {listed(platform.architectures, 'or')}, not {chosen}: a matter of naming"
        if naming
        else f"{platform.name} does not offer {chosen}; it offers {listed(platform.architectures)}",
        severity=Severity.NOTE if naming else None,
        because=("deployment.platform.id",),
        repairs=(
            repair(
                f"the usual word for {platform.name}" if naming else f"what {platform.name} offers", architecture=word
            )
            for word in platform.architectures
        ),
    )
