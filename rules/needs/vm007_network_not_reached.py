from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Need, Severity, Workload, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.kernel_below import below
from ..shared.settings import to_set
from ..shared.stack import Answer, by_rows, unmet

OF_THE_HOST = frozenset({"net.host", "net.multicast", "net.broadcast"})
"""What a container has of the network of its host only where it shares that network."""


@rule(
    "VM007",
    "network-not-reached",
    Severity.ERROR,
    article=("CT-D1", "T2-D2"),
    sources=("S-39",),
    symptoms=("No devices found on the network", "mDNS discovery does not work"),
    architectures=ALL_ARCHITECTURES,
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
    yield from unmet(workload, _resolve, "net.")


def _resolve(workload: Workload, need: Need) -> Answer | None:
    if not workload.deployed:
        return None
    answer = by_rows(workload, need)
    if answer is False or (answer is None and need.feature.id not in OF_THE_HOST):
        return None
    if answer and answer.state == "withheld":
        return answer
    serving = below(workload)
    shared = "network" in workload.deployment.get("host_namespaces", ())
    if answer:
        says = "what the container shares is the network of the hidden machine" if shared else answer.says
        help = "run it on a Linux machine in that network, or in a virtual machine with a bridged card"
        return answer._replace(says=says if serving.kind == "product" else answer.says, help=(*answer.help, help))
    if serving.kind != "host":
        return None
    if workload.deployment.mode not in ("runc", "crun") or "network" in workload.deployment.host_namespaces:
        return None
    shared_network = to_set(workload, "hostNamespaces", "network")
    help = ", or ".join((*shared_network, "give it an address of that network by macvlan"))
    return Answer("withheld", "the container has a network of its own", "deployment.hostNamespaces", help=(help,))
