"""What files that describe hosts have in common: systems, processors, and what a machine runs in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vmlint.api import OciPlatform, Span, Spec, Version, release_id, release_named

MAKERS = {
    "genuineintel": "intel", "intel": "intel", "authenticamd": "amd", "amd": "amd", "arm": "arm", "apple": "apple",
    "hygongenuine": "other", "ampere": "other", "ibm": "other", "ibm/s390": "other",
}  # fmt: skip
"""Makers of processors, by the words of several tools in lower case."""

X86 = frozenset({"cx8", "tsc", "msr"})
"""Flags that tell a processor of x86."""
_FLAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_+-]*")

CONTAINERS = {"lxc": "lxc", "lxc-libvirt": "lxc", "docker": "docker"}
"""Containers that a manifest has a word for; of others, nothing is stated."""
OTHER_CONTAINERS = frozenset({"podman", "systemd-nspawn", "openvz", "rkt", "container-other", "wsl", "proot", "pouch"})
"""Containers that a manifest has no word for: nothing is stated of them."""
HYPERVISORS = {
    "kvm": "", "qemu": "", "bochs": "", "vmware": "", "microsoft": "", "hyperv": "", "virtualpc": "", "xen": "",
    "xenhvm": "", "xenu": "", "oracle": "virtualbox", "virtualbox": "virtualbox", "parallels": "parallels",
    "bhyve": "bhyve", "amazon": "aws-ec2", "apple": "", "google": "", "gce": "", "rhev": "ovirt", "ovirt": "ovirt",
    "openstack": "openstack", "nutanix_ahv": "nutanix-ahv", "nutanix": "nutanix-ahv", "acrn": "", "qnx": "",
    "powervm": "", "zvm": "", "sre": "", "uml": "", "virt": "",
}  # fmt: skip
"""Words of systemd-detect-virt, Ansible and facter for machines -> the platform below, empty where it may be one of
several."""


def system(spec: Spec, name: str | None, at: Span | None) -> None:
    """State a host's Linux by the name that it prints: ``Debian GNU/Linux 12 (bookworm)``."""
    if not name:
        return
    release, version = release_named(name)
    spec.fact("host.os.id", release, at)
    spec.fact("host.os.version", version, at)


def release(spec: Spec, name: str, version: str | None, at: Span | None) -> None:
    """State a host's Linux by ID and VERSION_ID of its os-release."""
    if not version:
        return
    spec.fact("host.os.id", release_id(name, version), at)
    spec.fact("host.os.version", number(version), at)


def runs_in(spec: Spec, word: str | None, at: Span | None) -> None:
    """State what a machine runs in, by the word that a tool has for it; ``none`` for nothing."""
    word = (word or "").lower()
    if word in ("none", "physical"):
        spec.fact("host.virtualized", False, at)
        spec.fact("host.container", "none", at)
        spec.fact("host.layers", [], at)
    elif word in CONTAINERS:
        spec.fact("host.container", CONTAINERS[word], at)
    elif word in HYPERVISORS:
        spec.fact("host.virtualized", True, at)
        spec.fact("host.hypervisor", HYPERVISORS[word] or None, at)


def platform(family: str | None, arch: str | None) -> str | None:
    """Return the platform of a host in OCI words; ``None`` where there is no such platform."""
    try:
        return str(OciPlatform.parse(f"{family}/{arch}"))
    except ValueError:
        return None


def number(text: str | None) -> str | None:
    """Return a version, if it is one."""
    try:
        return str(Version(text or ""))
    except ValueError:
        return None


def maker(word: str | None) -> str | None:
    """Return who made a processor."""
    return None if not word else MAKERS.get(word.strip().lower(), "other")


def flags(spec: Spec, found: Iterable[str], at: Span, *, some: bool = False) -> None:
    """State all flags of the processors; ``some`` where others may be missing, as the text ends in their midst.

    On Arm, none of them shows whether the processor has the level for hypervisors, so the list is not all of it.
    """
    known = {*found}
    if some or not known & X86:
        some_flags(spec, ((flag, at) for flag in sorted(known)))
        return
    more = {word for flag, word in (("sev_snp", "sev-snp"), ("tdx_host_platform", "tdx")) if flag in known}
    if known:
        spec.fact("host.cpu.features", sorted(known | more), at)
        spec.fact("host.cpu.complete", True, at)


def some_flags(spec: Spec, found: Iterable[tuple[str, Span]]) -> None:
    """State flags of the processors that are there, each with its place, where others may be there too."""
    features(spec, ((f"cpu.{flag}", at) for flag, at in found if _FLAG.fullmatch(flag)))


def features(spec: Spec, found: Iterable[tuple[str, Span]]) -> None:
    """State features that are there, ``id`` or ``id=value``, beside those that were stated before."""
    before = spec.facts.get("host.features.present")
    spec.entries("host.features.present", [*(before.entries.items() if before else ()), *found])


def engine(spec: Spec, name: str, version: str | None, at: Span) -> None:
    """State which release of a container engine, or of a part of one, the host has."""
    if known := number(version):
        features(spec, [(f"engine.{name}.version={known}", at)])


def short_name(name: str | None) -> str:
    """Return the name of a host, without white space; empty where there is none."""
    return re.sub(r"\s+", "-", (name or "").strip())[:253]
