"""How rules name things in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vmlint.api import GuestOS, Unknown, Workload

FAMILY_NAMES = {
    "linux": "Linux",
    "windows": "Windows",
    "darwin": "macOS",
    "freebsd": "FreeBSD",
    "netbsd": "NetBSD",
    "openbsd": "OpenBSD",
    "solaris": "Solaris",
    "ios": "iOS",
    "aix": "AIX",
    "dos": "DOS",
    "os2": "OS/2",
    "netware": "NetWare",
}
"""OS families as a sentence writes them, where that differs from the manifest's word."""


def family_name(family: str) -> str:
    """Return an OS family as a sentence writes it."""
    return FAMILY_NAMES.get(family, family)


def family_names(several: Iterable[str]) -> str:
    """Return OS families as a sentence lists them."""
    return listed(sorted(map(family_name, several), key=str.casefold))


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words for a sentence: ``a``, ``a and b``, ``a, b and c``."""
    *head, tail = words
    return f"{', '.join(head)} {last} {tail}" if head else tail


def an(arch: str) -> str:
    """Put the article before a CPU architecture: an amd64, a 386."""
    return f"{'an' if arch.startswith(('a', 's390')) else 'a'} {arch}"


def guest_name(workload: Workload) -> str:
    """Name the guest as the catalogue does, or else by its family."""
    try:
        return release_name(workload.guest_os, workload.guest.os.stated().get("id"))
    except Unknown:
        family = workload.guest.os.get("family", "other")
    if family == "other":
        return "the guest"
    name = family_name(family)
    return f"{'an' if name[0] in 'AIO' or family == 'illumos' else 'a'} {name} guest"


def release_name(release: GuestOS, written: str | None) -> str:
    """Name a release as far as its id was written: `centos6` is libosinfo's centos6.0, and CentOS 6 in a sentence.

    A minor release with dates of its own, such as FreeBSD's, is named in full.
    """
    own = str(release.data.get("lifecycle", {}).get("cycle", ".0")).endswith(".0")
    return release.name if own or re.search(r"[0-9]\.0\b", written or "") else release.name.removesuffix(".0")
