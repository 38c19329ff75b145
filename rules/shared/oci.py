"""References to images, and the platforms that they are built for."""

from __future__ import annotations

from typing import NamedTuple

from vmlint.api import OciPlatform, foreign


class Reference(NamedTuple):
    """What the reference of an image says, part by part; what it leaves out is empty."""

    registry: str
    """Host of the registry, with its port."""
    repository: str
    """Everything before tag and digest, the registry included."""
    tag: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Take a reference apart. A colon before the last slash belongs to a port, one behind it begins the tag."""
        named, _, digest = text.partition("@")
        path, slash, last = named.rpartition("/")
        name, _, tag = last.partition(":")
        first = path.partition("/")[0]
        registry = first if "." in first or ":" in first or first == "localhost" else ""
        return cls(registry, path + slash + name, tag, digest)


def runs_natively(software: OciPlatform, host: OciPlatform) -> bool:
    """Whether a CPU runs software of a platform itself.

    64-bit Arm is taken to run 32-bit Arm code, except on a Mac: Apple's cores never had AArch32. x86-64 levels are no
    part of a platform.
    """
    if (software.arch, host.arch, host.os) == ("arm", "arm64", "darwin"):
        return False
    if software.arch == "arm" and host.arch == "arm" and software.variant and host.variant:
        return software.variant <= host.variant
    return (software.arch, host.arch) == ("arm", "arm64") or not foreign(software.arch, host.arch)
