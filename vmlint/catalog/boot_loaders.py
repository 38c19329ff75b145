"""Guests whose boot loader is not signed with a key that firmware trusts as delivered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class BootLoaders:
    """What ``boot_loaders.yaml`` holds."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        words = [word for row in document["unsigned"] for word in row["guests"]]
        self._ids = frozenset(word for word in words if not word.endswith("*"))
        self._stems = tuple(word[:-1] for word in words if word.endswith("*"))

    def unsigned(self, guest: str) -> bool:
        """Whether a guest, by its id, has a boot loader that firmware does not trust as delivered."""
        return guest in self._ids or guest.startswith(self._stems)
