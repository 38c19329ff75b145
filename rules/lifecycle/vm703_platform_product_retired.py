from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.support import has_ended, platform_release, ways_on


@rule(
    "VM703",
    "platform-product-retired",
    Severity.WARNING,
    article=("T1-E2",),
    sources=("S-12", "S-08"),
    fits_if={"deployment.platform.id": "names a product that still has a future"},
)
def platform_product_retired(workload: Workload) -> Iterator[Finding]:
    """A product without a successor edition is a dead end, however long its repairs still come.

    ## Why

    The free Hyper-V Server ended with its 2019 edition, as is reported. It is patched like Windows Server 2019, so it
    is not past its support, but whatever is built on it has to move once more: new hardware and new guests are
    supported by newer hosts only. The technology goes on under another name, which the help gives.

    ## When it stays silent

    Once the repairs stop as well, VM701 takes over.
    """
    if not workload.deployed or not workload.platform.has("retired"):
        return
    platform, release = workload.platform, platform_release(workload)
    if release and has_ended(workload, release.cycle):
        return
    retired = platform.fact("retired")
    yield finding(
        "deployment.platform.id",
        f"{platform.name} is a retired product, with no new edition since {retired['since']}",
        help=(retired["reason"], *(ways_on(workload, release) if release else ())),
    )
