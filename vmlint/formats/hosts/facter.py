"""Facts of Puppet's facter, in JSON or YAML: those of facter 3 and later, in groups, and the flat ones before."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Cursor, File, Spec

from ..shared.amounts import in_bytes
from ..shared.hosts import CONTAINERS, number, platform, release, runs_in, short_name

_VERSION = "facterversion"
_IDS = {
    "Debian": "debian", "Ubuntu": "ubuntu", "RedHat": "rhel", "OracleLinux": "ol", "Rocky": "rocky",
    "AlmaLinux": "almalinux", "Fedora": "fedora", "Alpine": "alpine", "Amazon": "amzn", "SLES": "sles",
    "Archlinux": "arch",
}  # fmt: skip
"""Systems in facter's words -> ID of their os-release."""
_FAMILIES = {"Linux": "linux", "windows": "windows", "Darwin": "darwin", "FreeBSD": "freebsd", "OpenBSD": "openbsd",
             "NetBSD": "netbsd", "SunOS": "solaris", "AIX": "aix"}  # fmt: skip
_WHOLE = ("fedora", "amzn", "debian")
"""Those whose VERSION_ID is a whole number."""


def recognises(file: File) -> bool:
    """Recognise facts by the version of facter, or by the group ``os`` beside the name of the kernel."""
    return any(_facts(root) for root in file.documents)


def read(file: File) -> Iterator[Spec]:
    """Yield the machine of each document."""
    for root in file.documents:
        if facts := _facts(root):
            yield _machine(facts)


def _facts(root: Cursor) -> Cursor:
    """Return the facts; ``puppet facts`` puts them under ``values``."""
    for here in (root, root.at("values")):
        if here.at("kernelrelease") and (here.at(_VERSION) or here.at("os", "family") or here.at("operatingsystem")):
            return here
    return root.at("")


def _first(facts: Cursor, *paths: tuple[str, ...]) -> Cursor:
    return next((found for path in paths if (found := facts.at(*path)).given), facts.at(""))


def _machine(facts: Cursor) -> Spec:
    name = _first(facts, ("networking", "hostname"), ("hostname",))
    spec = Spec(short_name(name.text), (name or facts.at("kernelrelease")).span)
    kernel, arch = facts.at("kernel"), _first(facts, ("os", "hardware"), ("hardwaremodel",), ("os", "architecture"))
    family = _FAMILIES.get(kernel.text or "")
    if family:
        known = "other" if family == "solaris" else family
        spec.fact("host.os.family", known, kernel.span)
        spec.fact("host.platform", platform(family, arch.text), arch.span if arch else kernel.span)
    _system(spec, facts, family)
    released = facts.at("kernelrelease")
    if family != "windows":
        spec.fact("host.kernel.version", number(released.text), released.span)
    count = _first(facts, ("processors", "count"), ("processorcount",))
    if (count.text or "").isdecimal():
        spec.fact("host.cpu.count", int(count.text or ""), count.span)
    model = _first(
        facts,
        (
            "processors",
            "models",
        ),
        ("processor0",),
    )
    if text := next(iter(model.texts), model.text):
        spec.fact("host.cpu.model", text, model.span)
    memory = facts.at("memory", "system", "total_bytes")
    if isinstance(memory.number, int):
        spec.fact("host.memory", in_bytes(memory.number), memory.span)
    _runs_in(spec, facts)
    selinux = _first(facts, ("os", "selinux", "enabled"), ("selinux",))
    if selinux.flag:
        spec.entries("host.security.modules", [("selinux", selinux.span)])
    size = _first(facts, ("ec2_metadata", "instance-type"), ("az_metadata", "compute", "vmSize"))
    if size.text:
        spec.fact("host.cloud.provider", "aws" if facts.at("ec2_metadata") else "azure", size.span)
        spec.fact("host.cloud.instanceType", size.text, size.span)
    return spec


def _system(spec: Spec, facts: Cursor, family: str | None) -> None:
    name = _first(facts, ("os", "name"), ("operatingsystem",))
    version = _first(facts, ("os", "release", "full"), ("operatingsystemrelease",))
    if family == "windows":
        build = facts.at("kernelversion")
        spec.fact("host.os.build", number(build.text), build.span if build else None)
        return
    text = version.text or ""
    known = _IDS.get(name.text or "", "")
    if known and text:
        if known == "alpine" and text.count(".") == 1:
            text += ".0"
        release(spec, known, text.partition(".")[0] if known in _WHOLE else text, version.span)
    elif text:
        spec.fact("host.os.version", number(text), version.span)


def _runs_in(spec: Spec, facts: Cursor) -> None:
    virtual, flag = facts.at("virtual"), facts.at("is_virtual")
    word = (virtual.text or "").lower()
    if word == "physical":
        if flag.flag is not True:
            runs_in(spec, "none", virtual.span)
    elif word in ("xen0", "vmware_server", "vmware_workstation"):
        return  # the machine that runs others
    elif word:
        runs_in(spec, word, virtual.span)
        if flag.flag is True and word not in CONTAINERS and "host.virtualized" not in spec.facts:
            hypervisors = facts.at("hypervisors").entries
            if any(each in ("kvm", "vmware", "virtualbox", "hyperv", "xen") for each in hypervisors):
                spec.fact("host.virtualized", True, flag.span)
