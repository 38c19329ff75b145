from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Need, Severity, Unknown, Workload, named_values, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.kernel_below import below
from ..shared.modes import container_mode
from ..shared.settings import to_set
from ..shared.stack import Answer, by_rows, unmet

OF_THE_HOST = frozenset({"net.host", "net.multicast", "net.broadcast"})
"""What a container has of the network of its host only where it shares that network."""


PORT = "net.port."
FIRST = "net.ipv4.ip_unprivileged_port_start"
"""The parameter that says from which port on everybody may listen."""


@rule(
    "VM007",
    "network-not-reached",
    Severity.ERROR,
    article=("CT-D1", "T2-D2"),
    sources=("S-39",),
    symptoms=(
        "No devices found on the network",
        "mDNS discovery does not work",
        "rootlessport cannot expose privileged port",
    ),
    architectures=ALL_ARCHITECTURES,
    layers=("net",),
    fits_if={
        "deployment.hostNamespaces": "has network",
        "host.kernel.sysctls": "lets everybody open the ports that are published",
    },
)
def network_not_reached(workload: Workload) -> Iterator[Finding]:
    """A container needs the network of the house, and what it gets is the network behind its host.

    ## Why

    Discovery (mDNS, SSDP, DHCP) works by multicast and broadcast, which end at the host's bridge: a container meets
    them only in the host's own network. On a desktop the "host" is a hidden machine behind address translation, so
    sharing its network does not help.

    A port below 1024 is opened by root, or by everybody where the kernel is told so: an engine without root cannot
    publish it.

    ## When it stays silent

    About ports, where the engine is not known to run without root. In Kubernetes and on other machines than those that
    products hide, where the network of the host is shared.
    """
    yield from unmet(workload, _resolve, "net.")


def _resolve(workload: Workload, need: Need) -> Answer | None:
    if not workload.deployed:
        return None
    if need.feature.id.startswith(PORT):
        return _port(workload, int(need.feature.id.removeprefix(PORT)))
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


def _port(workload: Workload, port: int) -> Answer | None:
    """Judge a port of the host that is published."""
    host = workload.host
    if not host.security.get("rootless", False) or not container_mode(workload):
        return None
    if "network" in workload.deployment.get("host_namespaces", ()):
        return None  # nothing is published then
    first = named_values(host.kernel.get("sysctls", frozenset())).get(FIRST)
    if first is None:
        raise Unknown("host.kernel.sysctls")
    if not first.isdecimal() or port >= int(first):
        return None
    return Answer(
        "withheld",
        f"the host's engine runs without root, which opens ports from {first} on",
        "host.security.rootless",
        because=("host.kernel.sysctls",),
        help=(f"publish it as a port from {first} on", f"sysctl -w {FIRST}={port} on the host, and in /etc/sysctl.d"),
    )
