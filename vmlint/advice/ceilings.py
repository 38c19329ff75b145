"""What of a machine exceeds a limit of another platform: its disks, its network cards, the size of a disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.advice import arrival
from vmlint.advice.concern import Concern
from vmlint.model.values import Size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vmlint.catalog import Platform
    from vmlint.model.workload import Workload


def ceilings(workload: Workload, moved: Workload, target: Platform) -> Iterator[Concern]:
    """Say what exceeds a limit of the target."""
    about, storage, network = arrival.arrival(target), workload.deployment.storage, workload.deployment.network
    disk = arrival.today(moved, "disk")
    first = {**about, **(about.get("generation1", {}) if arrival.firmware(workload) == "bios" else {})}
    if storage.knows("disks") and "disks" in about:
        yield from _disks(storage.disks, disk, about["disks"], target)
    if network.knows("cards") and network.cards > first.get("cards", network.cards):
        yield Concern(
            "cards",
            "breaks",
            f"it has {network.cards} network cards, and {target.name} gives a machine {first['cards']}",
            "deployment.network.cards",
        )
    resources = workload.resources
    if resources.knows("disk"):
        if not resources.disk:
            yield Concern("disk-size", "breaks", "its disk has a size of nothing", "resources.disk")
        elif "diskSize" in about and resources.disk > Size.parse(about["diskSize"]):
            yield Concern(
                "disk-size",
                "choose",
                f"its disk has more than {about['diskSize']}B: put it {about['diskSizeUnless']}",
                "resources.disk",
            )


def _disks(number: int, disk: str, most: Mapping[str, int], target: Platform) -> Iterator[Concern]:
    path, every = "deployment.storage.disks", most.get("all", sum(most.values()))
    on_one = most.get(arrival.bus(disk), every)
    if number > every:
        yield Concern("disks", "breaks", f"it has {number} disks, and {target.name} gives a machine {every}", path)
    elif number > on_one:
        yield Concern(
            "disks",
            "choose",
            f"where its other disks go: {target.name} has room for {on_one} of {number} on {disk}",
            path,
        )
