"""What a guest needs to start from its new disk, and to reach its new network card."""

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


def new_devices(workload: Workload, moved: Workload, target: Platform) -> Iterator[Concern]:
    """Say what the guest needs to start from its new disk, and to reach its new card."""
    system = arrival.family(workload)
    for device, told in (("disk", _for_disk), ("nic", _for_card)):
        then = arrival.today(moved, device)
        if then and arrival.today(workload, device) and system and not arrival.stays(workload, moved, device):
            yield from told(workload, target, then, system)


def _for_disk(workload: Workload, target: Platform, disk: str, system: str) -> Iterator[Concern]:
    path, has = "deployment.devices.disk", arrival.has_driver(workload, "disk", disk)
    if has is False:
        yield Concern(
            "disk-driver",
            "before",
            f"give it a driver for a disk on {disk} first: it has none, and {target.name} has no disk that it knows",
            path,
        )
    elif system == "windows":
        yield _windows(workload, target, disk)
    elif system == "linux":
        yield from _linux(workload, disk, has)
    elif has is None:
        yield Concern("disk-driver", "check", f"that it has a driver for a disk on {disk}", path)
    else:
        yield Concern(
            "disk-names",
            "check",
            f"that nothing in it names its disks (/etc/fstab, the boot loader): on {disk} they are called otherwise",
            path,
        )


def _windows(workload: Workload, target: Platform, disk: str) -> Concern:
    """Say that Windows starts from the controllers that it has had only, and what it has no driver for."""
    better = arrival.models(target, "paravirtual", "disk")
    driver = moves().driver("disk", better[0]) if better else ""
    path, old = "deployment.devices.disk", any("legacyHardware" in each.data for each in arrival.releases(workload))
    if (
        old
        or moves().driver("disk", disk)
        or not (driver and arrival.chooses_devices(target))
        or arrival.has_driver(workload, "disk", better[0]) is not False
    ):
        return Concern(
            "windows-controller",
            "check",
            f"that it starts from {disk}, a controller that it has not had: at the start it loads the drivers of those "
            "it knows (0x0000007B otherwise); starting once in safe mode mends that",
            path,
        )
    converter = arrival.arrival(target).get("converter")
    others = f", have {converter} convert it," if converter else ""
    return Concern(
        "windows-drivers",
        "choose",
        f"install {moves().set_of(driver)} before the move{others} or begin with its disk on {disk} and change it "
        f"later: it has no driver for {better[0]}",
        path,
    )


def _linux(workload: Workload, disk: str, has: bool | None) -> Iterator[Concern]:
    path, modules = "deployment.devices.disk", moves().modules(disk)
    if not modules:
        return
    names = " ".join(modules)
    found = arrival.releases(workload)
    if not found or has is None:
        yield Concern(
            "linux-drivers",
            "check",
            f"that its kernel and its initramfs have {listed(modules)}: older ones lack them, or keep what the old "
            "machine needed (dracut --force --add-drivers, mkinitrd)",
            path,
        )
    elif not all(moves().whole_initramfs(each.id) for each in found):
        yield Concern(
            "initramfs",
            "before",
            f'rebuild its initramfs where it runs today (dracut --regenerate-all --force --add-drivers "{names}"): it '
            "may hold the drivers of the old controller only",
            path,
        )


def _for_card(workload: Workload, target: Platform, card: str, system: str) -> Iterator[Concern]:
    path, has = "deployment.devices.nic", arrival.has_driver(workload, "nic", card)
    if system == "windows" and has and not moves().driver("nic", card):
        better = arrival.models(target, "paravirtual", "nic")
        driver = moves().driver("nic", better[0]) if better else ""
        if driver and arrival.chooses_devices(target):
            yield Concern(
                "faster-card", "after", f"install {moves().set_of(driver)}, then change its card to {better[0]}", path
            )
    elif has is None:
        yield Concern("card-driver", "check", f"that it has a driver for the network card {card}", path)
