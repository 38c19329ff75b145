"""The release of a Linux system by the words of its os-release file, and by the names that tools print."""

from __future__ import annotations

import re

_IDS = (
    ("debian", r"(\d+)", "debian{}"),
    ("ubuntu", r"(\d\d\.\d\d)", "ubuntu{}"),
    ("rhel", r"(\d+\.\d+)", "rhel{}"),
    ("ol", r"(\d+\.\d+)", "ol{}"),
    ("centos", r"(\d+)", "centos-stream{}"),
    ("rocky", r"(\d+)\.\d+", "rocky{}"),
    ("almalinux", r"(\d+)\.\d+", "almalinux{}"),
    ("fedora", r"(\d+)", "fedora{}"),
    ("alpine", r"(\d+\.\d+)\.\d+", "alpinelinux{}"),
    ("amzn", r"(\d+)", "amazonlinux{}"),
    ("opensuse-leap", r"(\d+\.\d+)", "opensuse{}"),
    ("opensuse-tumbleweed", r".*", "opensusetumbleweed"),
    ("sles", r"(12)\.([1-9])", "sles{}sp{}"),
    ("sles", r"(15)\.([1-9])", "sle{}sp{}"),
    ("arch", r".*", "archlinux"),
)  # fmt: skip
"""ID and VERSION_ID of os-release -> id in libosinfo, for systems where this is certain."""

_NAMES = (
    (r"Debian GNU/Linux (\d+)\b.*", "debian"),
    (r"Ubuntu (\d\d\.\d\d)\b.*", "ubuntu"),
    (r"Red Hat Enterprise Linux(?: CoreOS| Server| Workstation)? (1?\d\.\d\d?)\b.*", "rhel"),
    (r"Oracle Linux Server (\d+\.\d+)\b.*", "ol"),
    (r"CentOS Stream (\d+)\b.*", "centos"),
    (r"Rocky Linux (\d+\.\d+)\b.*", "rocky"),
    (r"AlmaLinux (\d+\.\d+)\b.*", "almalinux"),
    (r"Fedora (?:Linux |CoreOS |release )?(\d+)\b.*", "fedora"),
    (r"Alpine Linux v(\d+\.\d+)\b.*", "alpine"),
    (r"Amazon Linux (2023|2)\b.*", "amzn"),
    (r"openSUSE Leap (\d+\.\d+)\b.*", "opensuse-leap"),
    (r"openSUSE Tumbleweed\b.*", "opensuse-tumbleweed"),
    (r"SUSE Linux Enterprise Server (\d+ SP[1-9])\b.*", "sles"),
    (r"Arch Linux\b.*", "arch"),
)  # fmt: skip
"""PRETTY_NAME of os-release, which Kubernetes and Docker print -> VERSION_ID, ID."""


def release_id(name: str, version: str) -> str | None:
    """Return the libosinfo id of a system by ID and VERSION_ID of its os-release; ``None`` where it is not certain.

    ID ``centos`` is taken for CentOS Stream: the caller knows that it is not CentOS Linux, whose ID is the same.
    """
    for known, shape, form in _IDS:
        match = re.fullmatch(shape, version, re.ASCII)
        if known == name and match:
            return form.format(*match.groups())
    return None


def release_named(text: str) -> tuple[str | None, str | None]:
    """Return the libosinfo id and the version of a system by the name that it prints, PRETTY_NAME of its os-release."""
    for shape, name in _NAMES:
        match = re.fullmatch(shape, text.strip(), re.ASCII)
        if match:
            version = (match[1] if match.groups() else "").replace(" SP", ".")
            # Alpine's id takes no patch level, and its name shows none.
            return release_id(name, f"{version}.0" if name == "alpine" else version), version or None
    return None, None
