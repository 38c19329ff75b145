from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Need, Severity, Workload, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.stack import Answer, is_granted, offer_of, unmet, ways


@rule(
    "VM650",
    "machine-feature-missing",
    Severity.ERROR,
    article=("T1-C4", "T2-D2"),
    sources=("S-01",),
    symptoms=("Counter not supported", "Verification failed: (0x1A) Security Violation"),
    architectures=ALL_ARCHITECTURES,
    layers=("vm", "firmware"),
    yields_to=("VM606", "VM612"),
    fits_if={"deployment.platform.version": "is a release that has what is needed"},
)
def machine_feature_missing(workload: Workload) -> Iterator[Finding]:
    """A platform's virtual machine does not have something that the workload needs of its hardware or its firmware.

    ## Why

    Virtual hardware is what its maker built: counters of the processor, nested virtualization, the keys that Secure
    Boot trusts. Where the platform lacks one of them, or keeps it for other releases, no setting of the guest helps.

    ## When it stays silent

    Where the catalogue knows nothing of the feature on this platform.
    """
    yield from unmet(workload, _resolve, "vm", "firmware")


def _resolve(workload: Workload, need: Need) -> Answer | None:
    if not workload.deployed:
        return None
    choice, platform = workload.deployment.platform, workload.platform
    version = choice.version if choice.knows("version") else None
    found = offer_of(workload, platform.id, need.feature.id, version)
    if found is None or found[0].does in ("passes", "provides"):
        return None
    offer, sure = found
    if offer.does == "on-request":
        if "grant" not in offer.data or is_granted(workload, offer):
            return None
        says = f"{platform.name} gives it only on request"
        return Answer("withheld", says, "deployment.platform.id", help=ways(workload, offer), sure=sure)
    return Answer("absent", f"{platform.name} does not have it", "deployment.platform.id", sure=sure)
