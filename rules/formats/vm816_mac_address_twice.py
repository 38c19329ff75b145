from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import VIRTUAL_MACHINES


@rule(
    "VM816",
    "mac-address-twice",
    Severity.WARNING,
    sources=("S-32",),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.network.macAddresses": "has each address once"},
)
def mac_address_twice(workload: Workload) -> Iterator[Finding]:
    """Two network cards of a machine with one address cannot be told apart.

    ## Why

    A switch sends what is meant for an address to where it last saw it. With the same address on two cards answers
    arrive at the wrong one, and guests that name their cards by address give one name to two. It happens where a card
    was copied in a file, with its address.

    ## What it looks like

    Connections come and go, or the second card stays without an address.

    ## When it stays silent

    Where nobody describes the cards, the platform makes up an address for each. A pair of cards that is meant to stand
    in for each other (`teaming`) shares its address on purpose: its second card is not counted. Addresses of different
    machines are not compared.
    """
    deployment = workload.deployment
    if not deployment.network.knows("mac_addresses") and not deployment.devices.knows("nic"):
        return  # nobody describes the cards, so the platform makes the addresses up
    counts = Counter(map(_as_usual, deployment.network.mac_addresses))
    for address, count in counts.items():
        if count > 1:
            yield finding(
                "deployment.network.macAddresses",
                f"{count} network cards have the address {address}",
                help="leave the address out of all but one: the platform makes one up",
                entry=next(a for a in deployment.network.mac_addresses if _as_usual(a) == address),
            )


def _as_usual(address: str) -> str:
    """Return an address as it is usually written: tools take numbers of one digit, zeros in front, and hyphens."""
    parts = address.lower().replace("-", ":").split(":")
    return ":".join(part.strip().removeprefix("0x").lstrip("0").zfill(2) for part in parts)
