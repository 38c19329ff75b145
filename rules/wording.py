"""How rules name things in a sentence, and the labels by which a workload says that a rule is not meant for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vmlint.api import GuestOS, Unknown, Workload

from .families import family_name

ALL_ARCHITECTURES = ("type1", "type2", "paravirtualization", "container", "full-virtualization")
"""All five words: such a rule needs a deployment, and speaks about any."""

DESKTOP_WORKLOAD = "vmlint/desktop-workload"
"""A desktop product is the product itself: a kiosk, a VDI client, a training machine."""

MALWARE_LAB = "vmlint/malware-lab"
"""Hostile code on purpose, offline, on a host that is thrown away afterwards."""

DETERMINISTIC_EMULATION = "vmlint/deterministic-emulation"
"""The emulator itself is wanted: record and replay, instruction tracing, debugging of another CPU's code."""


def labelled(workload: Workload, label: str) -> bool:
    """Tell whether a workload carries a label. ``"false"`` counts as not carrying it."""
    return workload.labels.get(label, "false") != "false"


def edition(written: str, known: Iterable[str]) -> str:
    """Return the known edition that is written: `Enterprise LTSC 2021` is ltsc-2021, `Windows 11 Pro` is none."""
    words = [word for word in re.findall(r"[a-z]+|[0-9]{4}", written.lower()) if word not in _NO_EDITION]
    plain = [word for word in words if word != "enterprise"]
    tries = (words, plain, [word for word in words if not word.isdigit()], [word for word in plain if word.isalpha()])
    return next((name for name in map("-".join, tries) if name in set(known)), "")


_NO_EDITION = frozenset({"windows", "edition", "n", "the"})


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


def guest_os_field(workload: Workload) -> str:
    """Return the field that tells the guest's OS family in this workload."""
    os = workload.guest.os
    if os.knows("id"):
        return "guest.os.id"
    return "guest.os.family" if "family" in os.stated() else "guest.platform"


def guest_arch_field(workload: Workload) -> str:
    """Return the field that tells the guest's CPU architecture in this workload."""
    if "arch" in workload.guest.stated() and "platform" not in workload.guest.stated():
        return "guest.arch"  # as a file of another tool may state it
    return "guest.platform" if workload.guest.knows("platform") else "guest.os.id"


def distrust_fields(workload: Workload) -> tuple[str, ...]:
    """Return the demands that make a workload untrusted."""
    isolation = workload.requirements.isolation
    return (
        *(["requirements.isolation.tenancy"] if isolation.tenancy == "untrusted-multi" else []),
        *(["requirements.isolation.untrustedCode"] if isolation.untrusted_code else []),
    )


def offers(workload: Workload, mode: str) -> bool:
    """Tell whether the chosen platform is known to offer a mode, and not only as something old or unfinished."""
    try:
        facts = workload.platform.modes.get(mode)
    except Unknown:
        return False
    return facts is not None and not facts.keys() & {"removed", "unsupported", "status"}
