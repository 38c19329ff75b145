"""Entries of the catalogue (platforms, modes, guests) as typed records over their data.

A fact that a data file leaves out is unknown: reading it raises ``Unknown``, and the rule that needs it stays silent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from vmlint.findings.unknown import Unknown
from vmlint.words import local_to

GUEST_STATUSES = ("fails", "unsupported", "deprecated", "works", "tested", "supported")
"""The statuses that a platform's catalogue entry may give a guest's release, the gravest first. What a
list merely leaves out has none."""

LOCAL = "local"
"""The source of a local document's blocks that name none."""


class Record:
    """An entry of the catalogue. ``origin`` names the plugin that it comes from, if it is not vmlint's own.

    ``local`` holds the blocks that a document of the project or of a plugin describes, each with the document's file.
    """

    def __init__(
        self, id: str, data: Mapping[str, Any], origin: str = "", *, local: Mapping[str, str] | None = None
    ) -> None:
        self.id = id
        self.data = data
        self.origin = origin
        self.local: Mapping[str, str] = local or {}

    @property
    def name(self) -> str:
        """The product's own name."""
        return str(self.data.get("name", self.id))

    @property
    def aliases(self) -> Sequence[str]:
        """Other spellings of the id."""
        return self.data.get("aliases", ())  # type: ignore[no-any-return]

    def has(self, *keys: str) -> bool:
        """Whether the entry states a fact."""
        try:
            self.fact(*keys)
        except Unknown:
            return False
        return True

    def unknown(self, *keys: str) -> Unknown:
        """Return the error for a fact that the entry does not state."""
        return Unknown.in_catalog(self.id, *keys)

    def fact(self, *keys: str) -> Any:
        """Return a fact of the entry; :class:`Unknown` where it is not stated."""
        value: Any = self.data
        for key in keys:
            if not isinstance(value, Mapping) or key not in value:
                raise self.unknown(*keys)
            value = value[key]
        return value

    def sources(self, *keys: str) -> tuple[str, ...]:
        """Return the sources of a block of the entry, or of the entry where the block names none."""
        block = self.fact(*keys) if self.has(*keys) else {}
        named = (block.get("source") if isinstance(block, Mapping) else None) or self.data.get("source", ())
        file = self.local.get(keys[0]) if keys else None
        return (*(name for name in named if name != LOCAL), local_to(file)) if file else tuple(named)


class Platform(Record):
    """A virtualization platform, as ``platforms/<id>.yaml`` describes it."""

    @property
    def placement(self) -> str:
        """``bare-metal``, ``kernel-integrated``, ``hosted``, ``orchestrator`` or ``service``."""
        return str(self.data["placement"])

    @property
    def hosted(self) -> bool:
        """Whether it is a type 2 hypervisor in the article's sense, or lives in one."""
        return self.placement == "hosted"

    @property
    def architectures(self) -> Mapping[str, str | None]:
        """The architectures it offers, each with its default mode."""
        return self.data["architectures"]  # type: ignore[no-any-return]

    @property
    def modes(self) -> Mapping[str, Mapping[str, Any]]:
        """The modes it offers or once offered, with the properties of each."""
        return self.data["modes"]  # type: ignore[no-any-return]

    def requires(self, mode: str) -> tuple[str, ...]:
        """Return what a mode needs of the host's CPU: ``hardware-virtualization``, ``slat``."""
        offered = self.modes.get(mode, {})
        if "requires" in offered:
            return tuple(offered["requires"])
        return tuple(self.data["host"].get("requires", ()))

    def guest_families(self, mode: str) -> tuple[str, ...] | None:
        """Return the only OS families that can run in a mode; ``None`` where the platform sets no limit."""
        families = self.modes.get(mode, {}).get("guestFamilies") or self.data.get("guest", {}).get("families")
        return tuple(families) if families else None

    def guest_status(self, guest: GuestOS, arch: str | None = None) -> str | None:
        """Return what is known of a guest's release here: one of :data:`GUEST_STATUSES`, or ``None``.

        A full release id counts before a prefix, and a longer prefix before a shorter one. ``arch`` is the CPU
        architecture of the guest, which matters where the entry has lists of its own for it.
        """
        releases = self.data.get("guest", {}).get("releases", {})
        releases = releases.get("onArch", {}).get(arch, releases)
        spellings = {guest.id, *guest.aliases}
        longest, found = -1, None
        for status in GUEST_STATUSES:
            for item in releases.get(status, ()):
                if item in spellings:
                    return status
                stem = item.removesuffix("*")
                if stem != item and guest.id.startswith(stem) and len(stem) > longest:
                    longest, found = len(stem), status
        return found


class Mode(Record):
    """A way to run code of a guest: hardware-assisted, paravirtual, emulated, or a container runtime's."""

    @property
    def is_container(self) -> bool:
        """Whether it runs a container image rather than a machine."""
        return bool(self.data["kind"] == "container")

    @property
    def shares_host_kernel(self) -> bool:
        """Whether the workload makes its system calls to the host's own kernel."""
        return bool(self.data["sharesHostKernel"])

    @property
    def needs_hardware_virtualization(self) -> bool:
        """Whether the host's CPU must offer VT-x, AMD-V or EL2."""
        return "hardware-virtualization" in self.data.get("requires", ())

    @property
    def boundary(self) -> str:
        """The strongest isolation it can offer: ``none``, ``process``, ``sandbox`` or ``vm``."""
        return str(self.data["boundary"])


class GuestOS(Record):
    """A release of an operating system; ``known`` is false where its id shows only the family."""

    def __init__(
        self,
        id: str,
        data: Mapping[str, Any],
        origin: str = "",
        *,
        known: bool = True,
        local: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(id, data, origin, local=local)
        self.known = known

    @property
    def family(self) -> str:
        """An OS family in OCI words, extended by those OCI does not name (``dos``, ``os2``, …)."""
        return str(self.data["family"])

    @property
    def released(self) -> date | None:
        """The day of the release, where the entry has it in full."""
        day = str(self.data.get("released", ""))
        return date.fromisoformat(day) if len(day) == len("2026-11-30") else None
