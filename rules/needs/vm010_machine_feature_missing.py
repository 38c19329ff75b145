from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Need, Severity, Workload, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.stack import Answer, by_rows, unmet


@rule(
    "VM010",
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
    yield from unmet(workload, _resolve, "vm.", "firmware.")


def _resolve(workload: Workload, need: Need) -> Answer | None:
    return (by_rows(workload, need) or None) if workload.deployed else None
