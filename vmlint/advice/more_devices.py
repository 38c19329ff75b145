"""What becomes of a machine's other disks and network cards: those beside the ones that it starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.advice import arrival
from vmlint.advice.concern import Concern
from vmlint.catalog.moves import moves
from vmlint.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vmlint.catalog import Platform
    from vmlint.model.workload import Workload

WHAT = {"disk": ("other-disks", "disks", "disks"), "nic": ("other-cards", "nics", "network cards")}
"""Device -> the concern, the field with the models of all of them, and how they are called."""


def more_devices(workload: Workload, target: Platform) -> Iterator[Concern]:
    """Say which models of other disks and cards the target does not offer, so that they are found by other drivers."""
    if not (target.has("devices") and arrival.chooses_devices(target)):
        return
    devices = workload.deployment.devices
    for device, (id, field, called) in WHAT.items():
        offered = (*arrival.models(target, "paravirtual", device), *arrival.models(target, "emulated", device))
        first = arrival.today(workload, device)
        if not (offered and first and devices.knows(field)):
            continue
        gone = [
            model
            for model in dict.fromkeys(getattr(devices, field))
            if model != first and not any(moves().same(device, model, there) for there in offered)
        ]
        if gone:
            yield Concern(
                id,
                "check",
                f"that it has a driver for what takes the place of its other {called} ({listed(gone)}): "
                f"{target.name} has none such",
                f"deployment.devices.{field}",
            )
