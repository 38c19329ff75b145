"""What a container mounts of its host."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vmlint.api import Confidence, Finding, Workload, finding

from .wording import listed

_SOCKET = (
    r"(?:.*/)?(?:(?:docker|cri-dockerd|dockershim|containerd|crio|podman)\.sock|libvirt-sock)"
    r"|.*/(?:incus|lxd)/unix\.socket"
)
"""Sockets over which machines and containers are started: engines, the container runtimes of a node, libvirt."""

_PIPE = r"(?i:[\\/]{2}\.[\\/]pipe[\\/]docker_engine)"

_HOLDING_SOCKETS = frozenset({"/run", "/run/containerd", "/run/crio", "/run/podman"})

_PIPE_OF_WINDOWS = re.compile(r"//\./pipe/", re.IGNORECASE)
_DEEPEST = 20
"""No project lies in so many folders."""


class Mount(NamedTuple):
    """A path of the host in a container."""

    path: str
    """The path on the host, as it was written."""
    source: str
    """The same without detours: /var/run is spelt /run, which it is a link to."""
    read_only: bool
    text: str
    """As it is stated."""

    @property
    def engine_socket(self) -> bool:
        """Whether an engine that starts containers listens there."""
        return bool(re.fullmatch(_SOCKET, self.source) or re.fullmatch(_PIPE, self.source)) or self.holds_sockets

    @property
    def holds_sockets(self) -> bool:
        """Whether it is a directory in which engines keep their sockets."""
        return self.source in _HOLDING_SOCKETS

    @property
    def of_a_user(self) -> bool:
        """Whether it belongs to an unprivileged user of the host, as the socket of a rootless engine does."""
        return self.source.startswith(("/run/user/", "/home/", "/Users/", "~"))


def _from_root(source: str) -> str:
    """Return a path that leads up so often that it begins at the root, wherever its file or the home is."""
    path = posixpath.normpath(source)
    ups = re.match(r"(?:\.\./?)*", path)
    number = ups[0].count("..") if ups else 0
    enough = number and (source.startswith("~/") or number >= _DEEPEST)
    return f"/{path[ups.end() :]}" if ups and enough else source


def mount(text: str) -> Mount:
    """Read a mount as engines write it: ``source[:target][:options]``. A drive's colon belongs to the path."""
    drive = re.match(r"[a-zA-Z]:(?=[\\/])", text)
    start = drive.end() if drive else 0
    source, *rest = text[start:].split(":")
    options = rest[-1].split(",") if rest and re.fullmatch(r"[a-zA-Z]+(?:,[a-zA-Z]+)*", rest[-1]) else []
    source = path = text[:start] + source
    if source.startswith(("./", "../", "~/")):
        source = _from_root(source)
    if source.startswith("/") and not _PIPE_OF_WINDOWS.match(source):
        source = "/" + posixpath.normpath(source).lstrip("/")
        source = re.sub(r"^/proc/(?:self|thread-self|[0-9]+)/root(?=/|$)", "", source) or "/"
        source = re.sub(r"^/var/run(?=/|$)", "/run", source)
    return Mount(path, source, "ro" in options or "readonly" in options, text)


def mounts(texts: Iterable[str]) -> list[Mount]:
    """Read several mounts."""
    return [mount(text) for text in texts]


def dead_sockets(workload: Workload, why: str) -> Iterator[Finding]:
    """Find sockets of an engine that are mounted where nobody answers; ``why`` ends the message."""
    sockets = [each for each in mounts(workload.deployment.get("mounts", ())) if each.engine_socket]
    if sockets:
        yield finding(
            "deployment.mounts",
            f"nobody answers behind {listed(each.path for each in sockets)}: a {workload.mode.name} {why}",
            confidence=Confidence.MEDIUM,
            because=("deployment.mode",),
            help="build images without the engine (rootless BuildKit, Buildah), or reach its API over the network",
            entry=sockets[0].text,
        )
