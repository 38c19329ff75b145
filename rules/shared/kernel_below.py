"""Which kernel serves a container, and what is known of it."""

from __future__ import annotations

from typing import NamedTuple

from vmlint.api import Need, Offer, Unknown, Version, Workload

from .kernels import hides_a_machine
from .modes import container_mode, families
from .offers import offer_of
from .stack import OF_ENGINE


class Below(NamedTuple):
    """The kernel that serves the system calls of a container."""

    kind: str
    """``host``: that which ``host.kernel`` describes; ``product``: that of a hidden machine or a sandbox, of which the
    offers of ``who`` tell; ``own``: one of its own, of which nothing is told."""
    who: str = ""


def below(workload: Workload, need: Need | None = None) -> Below:
    """Return the kernel below a deployment, or below what has a need. Raises ``Unknown``.

    An engine runs on the host, also where its containers have a kernel of their own.
    """
    mode = container_mode(workload)
    if not mode or "linux" not in mode.data.get("families", ("linux",)):
        return Below("own")
    if not mode.shares_host_kernel and (need is None or need.path != OF_ENGINE):
        return Below("product", mode.id)
    platform, deployment, host = workload.platform, workload.deployment, workload.host
    if _brings_the_kernel(workload) or hides_a_machine(workload):
        return Below("product", platform.id)
    if deployment.knows("kernel_family") and host.os.knows("family") and deployment.kernel_family != host.os.family:
        return Below("product", platform.id)
    return Below("host")


def product_offer(workload: Workload, who: str, feature: str) -> tuple[Offer, bool] | None:
    """Return what a product does with a feature: its rows count its own version, where that is stated.

    A desktop product or a service that gives every container a machine brings the kernel of these machines, too.
    """
    choice, mode = workload.deployment.platform, workload.mode
    own = choice.knows("id") and choice.id == who and choice.knows("version")
    found = offer_of(workload, who, feature, choice.version if own else None)
    if found is None and who == mode.id and _brings_the_kernel(workload) and "linux" in families(mode):
        return product_offer(workload, workload.platform.id, feature)
    return found


def _brings_the_kernel(workload: Workload) -> bool:
    return workload.platform.hosted or workload.platform.placement == "service"


def vendor_offer(workload: Workload, feature: str) -> tuple[Offer, bool] | None:
    """Return what the vendor of the host's kernel does with a feature; ``None`` where nothing is known."""
    host = workload.host
    version = host.kernel.version if host.kernel.knows("version") else None
    system = workload.catalog.guests.entry_id(host.os.id) if host.os.knows("id") else None
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
