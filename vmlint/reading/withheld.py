"""What a system container is not given of its host, and so cannot hand to what runs in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vmlint.findings.unknown import Unknown
from vmlint.model.paths import value_at

if TYPE_CHECKING:
    from vmlint.catalog.offers import Offer
    from vmlint.model.workload import Workload


def withheld(container: Workload, platform: str) -> Iterator[str]:
    """Yield the features that a platform keeps from a container as it is set up: ids, in the order of the file.

    Of a privileged one nothing is said: its root makes nodes and mounts for itself.
    """
    if container.deployment.get("privileged", True):
        return
    for feature, offers in container.catalog.offers.of(platform).items():
        try:
            offer = next((each for each in offers if _here(container, each)), None)
            if not feature.startswith("vm.") and offer is not None and _is_kept(container, offer):
                yield feature
        except Unknown:
            continue


def _here(container: Workload, offer: Offer) -> bool:
    """Whether a row is about such a container. One of certain releases of the platform may or may not be."""
    if "lxc" not in offer.data.get("modes", ("lxc",)):
        return False
    if "versions" in offer.data:
        raise Unknown("deployment.platform.version")
    return all(value_at(container, path) in wanted for path, wanted in offer.data.get("when", {}).items())


def _is_kept(container: Workload, offer: Offer) -> bool:
    if offer.does in ("hides", "absent"):
        return True
    grants = [each for grant in offer.data.get("grant", ()) for each in grant.items()]
    return bool(grants) and not any(_has(container, name, entry) for name, entry in grants)


def _has(container: Workload, name: str, entry: Any) -> bool:
    """Whether a setting grants what is asked for. A folder of the host brings the devices in it."""
    value = value_at(container, f"deployment.{name}")
    if name != "hostDevices":
        return entry in value if isinstance(value, (tuple, frozenset)) else bool(value == entry)
    brought = (*value, *(each.partition(":")[0] for each in container.deployment.mounts))
    return any(entry == each or entry.startswith(f"{each.rstrip('/')}/") for each in brought)
