"""Container images: which system is in a distribution's base image, and which Windows runs which Windows images.

The name of an application's image does not show its system: ``postgres:15`` may be built on any.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from vmlint.catalog.files import table
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.catalog.records import GuestOS


class ImageGuest(NamedTuple):
    """The system of a base image."""

    family: str
    id: str | None
    """Id of the release; ``None`` where the tag names none, such as ``latest`` or a variable."""


class BaseImages:
    """The base images of ``guest_images.yaml``. ``guest`` finds a guest by a word for it."""

    def __init__(self, document: Mapping[str, Any], guest: Callable[[str], GuestOS | None]) -> None:
        self._mirrors = tuple(f"{mirror}/" for mirror in document["mirrors"])
        self._entries = {name: entry for entry in document["images"].values() for name in entry["repositories"]}
        self._suffixes = document["suffixes"]["words"]
        self._guest = guest
        self._found: dict[str, ImageGuest | None] = {}

    def find(self, reference: str) -> ImageGuest | None:
        """Return the system of the image that a reference names, or of the base that its tag names; else ``None``."""
        if reference not in self._found:
            repository, tag = _split(reference.strip())
            entry = self._entries.get(self._plain(repository))
            built = None if entry else self._base(repository.rpartition("/")[2], tag)
            self._found[reference] = ImageGuest(entry["family"], self._release(entry, tag)) if entry else built
        return self._found[reference]

    def _base(self, name: str, tag: str) -> ImageGuest | None:
        """Return the system of the distribution that an image is built on, by a word in its tag or name."""
        for pattern, word in self._suffixes.items():
            start = "".join(takewhile(str.isalpha, pattern))
            if start not in tag and start not in name:
                continue  # compiling costs more than all else here
            spelled = f"(?:^|[-_])(?:{pattern})(?:$|[-_])"
            match = re.search(spelled, tag) or (re.search(spelled, name) if "(" in pattern else None)
            guest = self._guest(word.format(*match.groups())) if match else None
            if guest and guest.known:
                return ImageGuest(guest.family, guest.id)
        return None

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


def is_distribution(reference: str) -> bool:
    """Whether an image is the own one of a distribution or of Windows, and not one that is built on it."""
    repository = _split(reference.strip())[0]
    for mirror in table("guest_images").data["mirrors"]:
        repository = repository.removeprefix(f"{mirror}/")
    return repository.removeprefix("library/") in _distributions() | {"scratch"}


@functools.cache
def _distributions() -> frozenset[str]:
    entries = table("guest_images").data["images"].values()
    return frozenset(name for entry in entries for name in entry["repositories"])


def _split(reference: str) -> tuple[str, str]:
    """Return repository and tag, without a digest; a colon before the last slash belongs to a port."""
    path, slash, name = reference.partition("@")[0].rpartition("/")
    name, _, tag = name.partition(":")
    return (path + slash + name).lower(), tag.lower()


class ImageHost(NamedTuple):
    """A release of Windows as a host of Windows containers, with the releases whose images it runs."""

    id: str
    process: frozenset[str]
    hyperv: frozenset[str]
    since: Mapping[str, str]
    """Image -> first build of the host that runs it, where not every build does."""
    same_build: bool
    """Whether an image of the host's own build starts under process isolation though it is not listed."""
    same_revision: bool
    """Whether process isolation also wants image and host to be of one revision."""


def read_windows_hosts(document: Mapping[str, Any]) -> Mapping[str, ImageHost]:
    """Return the hosts of ``windows_images.yaml``, by id."""
    return {
        id: ImageHost(
            id,
            frozenset(host["process"]),
            frozenset(host["hyperv"]),
            host.get("since", {}),
            host.get("sameBuild", False),
            host.get("sameRevision", False),
        )
        for id, host in document["hosts"].items()
    }
