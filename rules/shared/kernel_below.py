"""Which kernel serves a container, and what is known of it."""

from __future__ import annotations

from typing import NamedTuple

from vmlint.api import Offer, Unknown, Version, Workload

from .kernels import hides_a_machine
from .stack import offer_of


class Below(NamedTuple):
    """The kernel that serves the system calls of a container."""

    kind: str
    """``host``: that which ``host.kernel`` describes; ``product``: that of a hidden machine or a sandbox, of which the
    offers of ``who`` tell; ``own``: one of its own, of which nothing is told."""
    who: str = ""


def below(workload: Workload) -> Below:
    """Return the kernel below a deployment. Raises ``Unknown``."""
    mode = workload.mode
    if not mode.is_container:
        return Below("own")
    if not mode.shares_host_kernel:
        return Below("product", mode.id)
    platform, deployment, host = workload.platform, workload.deployment, workload.host
    if platform.hosted or hides_a_machine(workload):
        return Below("product", platform.id)
    if deployment.knows("kernel_family") and host.os.knows("family") and deployment.kernel_family != host.os.family:
        return Below("product", platform.id)
    return Below("host")


def product_offer(workload: Workload, who: str, feature: str) -> tuple[Offer, bool] | None:
    """Return what a product does with a feature: its rows count its own version, where that is stated."""
    choice = workload.deployment.platform
    own = choice.knows("id") and choice.id == who and choice.knows("version")
    return offer_of(workload, who, feature, choice.version if own else None)


def vendor_offer(workload: Workload, feature: str) -> tuple[Offer, bool] | None:
    """Return what the vendor of the host's kernel does with a feature; ``None`` where nothing is known."""
    host = workload.host
    version = host.kernel.version if host.kernel.knows("version") else None
    system = host.os.id if host.os.knows("id") else None
    for who in workload.catalog.offers.kernel(version.text if version else "", system):
        try:
            found = offer_of(workload, who, feature, version)
        except Unknown:
            continue
        if found:
            return found
    return None


def since(workload: Workload, feature: str) -> Version | None:
    """Return the first kernel with a feature, where that is known."""
    known = workload.catalog.feature(feature)
    first = known.data.get("since") if known else None
    return Version(str(first)) if first else None
