"""Versions of virtual hardware: machine types of QEMU, hardware versions of VMware."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from vmlint.catalog.standing import numbers
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple

_HARDWARE = lazy_pattern(r"vmx-0*([0-9]{1,3})")

_FOREIGN = lazy_pattern(r"virtualbox-[0-9.]{1,9}")
"""What VirtualBox calls the hardware of all machines that it exports: ``virtualbox-2.2``."""


class Versioned(NamedTuple):
    """A machine type of QEMU that carries the release that brought it: pc-q35 of 9.2."""

    family: str
    release: str


class Removal(NamedTuple):
    """Since when QEMU no longer has a machine type."""

    release: str
    month: str
    """When that release appeared, as ``2025-08``."""


class Build(NamedTuple):
    """Whose builds of QEMU have a machine type that others lack."""

    maker: str
    types: re.Pattern[str]
    hosts: tuple[str, ...]
    only_own: tuple[str, ...]
    """Those of its hosts that have no other types with a version."""

    def is_on(self, host: str) -> bool:
        """Whether a host's system has such a build."""
        return any(fnmatchcase(host, each) for each in self.hosts)


class MachineTypes:
    """What ``machine_types.yaml`` holds."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._qemu: Mapping[str, Any] = document["qemu"]
        self._vmware: Mapping[str, Any] = document["vmware"]
        families = "|".join(map(re.escape, sorted(self._qemu["families"], key=len, reverse=True)))
        # Proxmox VE adds a revision of its own: pc-q35-9.2+pve1.
        self._name = re.compile(rf"({families})-([0-9]{{1,3}}\.[0-9]{{1,3}})(?:\+pve[0-9]{{1,3}})?(?:\.pxe)?")

    def versioned(self, machine: str) -> Versioned | None:
        """Return the family and the release of a machine type; ``None`` for a distribution's own or one without."""
        match = self._name.fullmatch(machine.strip().lower())
        return Versioned(match[1], match[2]) if match else None

    @property
    def builds(self) -> tuple[Build, ...]:
        """The builds of QEMU that have machine types of their own."""
        return tuple(
            Build(row["maker"], re.compile(row["types"]), tuple(row["hosts"]), tuple(row.get("onlyOwn", ())))
            for row in self._qemu.get("builds", ())
        )

    def build_of(self, machine: str) -> Build | None:
        """Return the build whose machine type this is; ``None`` for a type of QEMU itself."""
        return next((build for build in self.builds if build.types.fullmatch(machine.strip().lower())), None)

    def only_build_on(self, host: str) -> Build | None:
        """Return the build of a host's system, if it has no other types with a version than its own."""
        return next((build for build in self.builds if any(fnmatchcase(host, each) for each in build.only_own)), None)

    def removal(self, machine: Versioned) -> Removal | None:
        """Return the first release of QEMU without a machine type; ``None`` where the newest still has it."""
        own = numbers(machine.release)
        for row in self._qemu["removed"]:
            if machine.family in row.get("families", self._qemu["families"]) and own <= numbers(row["upTo"]):
                return Removal(row["release"], row["month"])
        return None

    def qemu_of(self, platform: str, version: str, host: str) -> str:
        """Return the release of QEMU that a platform's release or a host's system has; empty where that is unknown."""
        known = self._qemu["platforms"].get(platform)
        if known == "own":
            return version or str(self._qemu["hosts"].get(host, ""))
        if known:
            return str(known.get(".".join(map(str, numbers(version)[:2])), "")) if version else ""
        return str(self._qemu["hosts"].get(host, ""))

    def releases(self, platform: str) -> tuple[str, ...]:
        """Return the releases of a platform whose QEMU is known."""
        known = self._qemu["platforms"].get(platform, {})
        return () if known == "own" else tuple(map(str, known))

    def may_lack(self, platform: str, machine: Versioned) -> bool:
        """Whether some release of a platform has a QEMU that is too old for a machine type."""
        known = self._qemu["platforms"].get(platform, {})
        return known == "own" or any(numbers(str(each)) < numbers(machine.release) for each in known.values())

    def hardware(self, machine: str) -> int | None:
        """Return the number of VMware's hardware version: 21 of ``vmx-21``; ``None`` for any other machine."""
        match = _HARDWARE.fullmatch(machine.strip().lower())
        return int(match[1]) if match else None

    def without_version(self, machine: str) -> str:
        """Return the name that QEMU has for a type without a version, where one was written that it has not."""
        return {"pc-q35": "q35", "pc-i440fx": "pc"}.get(machine.strip().lower(), "")

    def of_qemu(self, machine: str) -> bool:
        """Whether a machine may be one of QEMU's: it is not of VMware's or VirtualBox's hardware."""
        return self.hardware(machine) is None and not _FOREIGN.fullmatch(machine.strip().lower())

    def refuses(self, platform: str, machine: str) -> bool:
        """Whether a machine is of another maker's hardware family, which a platform does not take."""
        return platform in self._vmware and _FOREIGN.fullmatch(machine.strip().lower()) is not None

    def first_with(self, platform: str, hardware: int) -> str:
        """Return the first release of a product that runs a hardware version; empty where that is unknown."""
        known: Mapping[str, str] = self._vmware.get(platform, {})
        return next((release for number, release in known.items() if int(number) >= hardware), "")

    @property
    def newest_hardware(self) -> int:
        """The newest hardware version that is known of any product."""
        return max(int(number) for product in self._vmware.values() if isinstance(product, dict) for number in product)
