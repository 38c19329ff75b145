"""CPU architectures by the names that tools have for them."""

from __future__ import annotations

from vmlint.api import cpu_architecture

_OF_TOOLS = {
    "mipsel": "mipsle", "mips64el": "mips64le", "powerpc": "ppc", "powerpc64": "ppc64", "itanium": "ia64",
    "parisc": "hppa", "parisc64": "hppa", "armel": "arm", "armv7": "arm", "armv8l": "arm", "athlon": "386",
}  # fmt: skip
"""Names that only LXC and libvirt use."""


def arch(word: str | None) -> str | None:
    """Return a CPU architecture as a manifest writes it, or nothing for an unknown word."""
    return _OF_TOOLS.get(word or "") or cpu_architecture(word or "")
