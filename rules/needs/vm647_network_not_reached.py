from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Need, Severity, Workload, rule

from ..shared.kernel_below import below, product_offer
from ..shared.stack import Answer, in_its_words, is_granted, unmet, ways

OF_THE_HOST = frozenset({"net.host", "net.multicast", "net.broadcast"})
"""What a container has of the network of its host only where it shares that network."""


@rule(
    "VM647",
    "network-not-reached",
    Severity.ERROR,
    article=("CT-D1", "T2-D2"),
    sources=("S-39",),
    symptoms=("No devices found on the network", "mDNS discovery does not work"),
    architectures=("container",),
    layers=("net",),
    fits_if={"deployment.hostNamespaces": "has network"},
)
def network_not_reached(workload: Workload) -> Iterator[Finding]:
    """A container needs the network of the house, and what it gets is the network behind its host.

    ## Why

    Discovery (mDNS, SSDP, DHCP) works by multicast and broadcast, which end at the host's bridge: a container meets
    them only in the host's own network. On a desktop the "host" is a hidden machine behind address translation, so
    sharing its network does not help.

    ## When it stays silent

    In Kubernetes and on other machines than those that products hide, where the network of the host is shared.
    """
    yield from unmet(workload, _resolve, "net")


def _resolve(workload: Workload, need: Need) -> Answer | None:
    if not workload.deployed or not workload.mode.is_container:
        return None
    serving = below(workload)
    for who in dict.fromkeys((serving.who, workload.platform.id)):
        found = product_offer(workload, who, need.feature.id) if who else None
        if found is None or found[0].does in ("passes", "provides"):
            continue
        offer, sure = found
        path = "deployment.mode" if who == workload.mode.id else "deployment.platform.id"
        product = workload.mode.name if who == workload.mode.id else workload.platform.name
        if offer.does == "on-request":
            if "grant" in offer.data and is_granted(workload, offer):
                return None
            return Answer(
                "withheld", f"{product} gives it only on request", path, help=ways(workload, offer), sure=sure
            )
        shared = "network" in workload.deployment.get("host_namespaces", ())
        says = "that is the network of the hidden machine" if shared else f"{product} does not pass it on"
        help = "run it on a Linux machine in that network, or in a virtual machine with a bridged card"
        return Answer("hidden", says, path, help=(help,), sure=sure)
    if need.feature.id not in OF_THE_HOST or serving.kind != "host":
        return None
    if workload.deployment.mode not in ("runc", "crun") or "network" in workload.deployment.host_namespaces:
        return None
    help = (
        f"set {in_its_words(workload, 'hostNamespaces', 'network')}, or give it an address of that network by macvlan"
    )
    return Answer("withheld", "the container has a network of its own", "deployment.hostNamespaces", help=(help,))
