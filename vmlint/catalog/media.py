"""Installation media and images of disks: which system a file is named after, ``debian-12-generic-amd64.qcow2``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from vmlint.catalog.images import ImageGuest

if TYPE_CHECKING:
    from vmlint.catalog.records import GuestOS

LONGEST = 120
"""Characters of a name that is looked at."""


class NamedFiles:
    """The names of ``guest_files.yaml``. ``guest`` finds a guest by a word for it."""

    def __init__(self, document: Mapping[str, Any], guest: Callable[[str], GuestOS | None]) -> None:
        self._ending = re.compile(document["endings"] + r"\Z")
        self._entries = document["files"].values()
        self._guest = guest

    def find(self, name: str) -> ImageGuest | None:
        """Return the system by the last part of a path or an address; ``None`` where no vendor names a file so."""
        base = re.split(r"[/\\]", name.partition("?")[0].replace("%20", " "))[-1].lower()
        ending = self._ending.search(base)
        if ending is None or len(base) > LONGEST:
            return None
        bare = base[: ending.start()]
        for family, word in self._meant(bare):
            guest = self._guest(word)
            return ImageGuest(family, guest.id if guest and guest.known else None)
        return None

    def _meant(self, bare: str) -> Iterator[tuple[str, str]]:
        for entry in self._entries:
            for pattern, word in entry["names"].items():
                match = re.fullmatch(pattern, bare)
                if match:
                    yield entry["family"], word.format(*match.groups())
