"""What the name of a container image tells of the system in it, where it is a distribution's own base image.

An image of an application tells nothing: ``postgres:15`` may rest on anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from vmlint.catalog.records import GuestOS


class ImageGuest(NamedTuple):
    """The system of a base image."""

    family: str
    id: str | None
    """Id of the release; ``None`` where the tag tells none, as ``latest`` and a variable do."""


class Images:
    """The base images that ``guest_images.yaml`` lists."""

    def __init__(self, data: Mapping[str, Any], guest: Callable[[str], GuestOS | None]) -> None:
        self._mirrors = tuple(f"{mirror}/" for mirror in data["mirrors"])
        self._entries = {name: entry for entry in data["images"].values() for name in entry["repositories"]}
        self._guest = guest

    def find(self, reference: str) -> ImageGuest | None:
        """Return the system of the image that a reference names; ``None`` for an image that is no base image."""
        repository, tag = _split(reference.strip())
        entry = self._entries.get(self._plain(repository))
        return ImageGuest(entry["family"], self._release(entry, tag)) if entry else None

    def _plain(self, repository: str) -> str:
        for mirror in self._mirrors:
            repository = repository.removeprefix(mirror)
        return repository.removeprefix("library/")

    def _release(self, entry: Mapping[str, Any], tag: str) -> str | None:
        for beginning, word in entry.get("tags", {}).items():
            match = re.fullmatch(rf"(?:{beginning})(?:[.-].*)?", tag)
            guest = self._guest(word.format(*match.groups())) if match else None
            if guest and guest.known:
                return guest.id
        return None


def _split(reference: str) -> tuple[str, str]:
    """Return repository and tag, without a digest; a colon before the last slash belongs to a port."""
    path, slash, name = reference.partition("@")[0].rpartition("/")
    name, _, tag = name.partition(":")
    return (path + slash + name).lower(), tag.lower()
