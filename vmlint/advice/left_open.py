"""What a file leaves open, so that nobody can say whether the machine runs elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.advice import arrival
from vmlint.advice.concern import Concern
from vmlint.catalog.moves import moves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vmlint.catalog import Platform
    from vmlint.model.workload import Workload

_BIOS_OR_UEFI = frozenset({"amd64", "386", "arm64"})
"""CPU architectures whose machines start from one firmware or the other."""


def left_open(workload: Workload, moved: Workload, target: Platform, *, strange: bool) -> Iterator[Concern]:
    """Say what the file leaves open. ``strange``: the target's devices are of another kind than today's."""
    new = strange or not all(arrival.stays(workload, moved, device) for device in ("disk", "nic"))
    if not arrival.family(workload) and new:
        yield Concern("guest", "open", moves().open("guest"), "guest.os.id")
    if not arrival.firmware(workload) and (not workload.guest.knows("arch") or workload.guest.arch in _BIOS_OR_UEFI):
        generations = "generations" in arrival.arrival(target)
        yield Concern(
            "firmware", "choose", moves().open("generation" if generations else "firmware"), "deployment.firmware.type"
        )
    storage = workload.deployment.storage
    if storage.knows("disks") and not storage.disks:
        yield Concern("nothing", "open", moves().open("nothing"), "deployment.storage.disks")
    yield from _board(workload, moved, target)
    for device in ("disk", "nic"):
        if arrival.has(workload, device) and not arrival.today(workload, device):
            yield Concern(device, "open", moves().open(device), f"deployment.devices.{device}")


def _board(workload: Workload, moved: Workload, target: Platform) -> Iterator[Concern]:
    """Say where a machine of QEMU's gets another board."""
    now, then = workload.deployment.get("machine", ""), moved.deployment.get("machine", "")
    if not now or target.data.get("devices", {}).get("driver") != "virtio":
        return
    if arrival.is_odd_board(workload, now):
        text = moves().open("otherBoard").format(machine=now, target=target.name)
        yield Concern("board", "check", text, "deployment.machine")
    elif (
        then
        and now.startswith(arrival.USUAL_BOARDS)
        and ("q35" in now) != ("q35" in then)
        and arrival.family(workload) not in arrival.ANY_CARD
    ):
        yield Concern("board", "check", moves().open("board").format(machine=then), "deployment.machine")
