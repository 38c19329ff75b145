"""Facts of Ansible: what ``ansible -m setup`` prints, for one host or many, and files of a facts cache (jsonfile)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Cursor, File, Spec, Unreadable

from ..shared.hosts import CONTAINERS, flags, maker, number, platform, release, runs_in, short_name

_HEAD = re.compile(r"^([^\s|]+) \| (SUCCESS|CHANGED|FAILED!?|UNREACHABLE!?)[^\n={]* => (?=\{)", re.M)
"""What stands before the facts of each host."""
_KEYS = ("ansible_architecture", "ansible_kernel", "ansible_distribution", "ansible_system", "ansible_machine")
_BARE = ("architecture", "kernel", "distribution", "system", "machine")
_IDS = {
    "Debian": "debian", "Ubuntu": "ubuntu", "RedHat": "rhel", "OracleLinux": "ol", "Rocky": "rocky",
    "AlmaLinux": "almalinux", "Fedora": "fedora", "Alpine": "alpine", "Amazon": "amzn",
    "openSUSE Leap": "opensuse-leap", "openSUSE Tumbleweed": "opensuse-tumbleweed", "SLES": "sles",
    "Archlinux": "arch",
}  # fmt: skip
"""Distributions in Ansible's words -> ID of their os-release."""
_MAJOR = ("debian", "fedora", "amzn")
"""Those whose VERSION_ID is a whole number."""
_SYSTEMS = {"Linux": "linux", "Darwin": "darwin", "FreeBSD": "freebsd", "OpenBSD": "openbsd", "NetBSD": "netbsd",
            "Win32NT": "windows"}  # fmt: skip


def recognises(file: File) -> bool:
    """Recognise facts by their names, and a file that begins with the head of a host's."""
    try:
        return _HEAD.search(file.text[:4_096]) is not None or any(_facts(root) for root in file.documents)
    except Unreadable:
        return False


def read(file: File) -> Iterator[Spec]:
    """Yield the hosts."""
    heads = list(_HEAD.finditer(file.text))
    if not heads:
        for root in file.documents:
            yield from _host(root, "", file)
        return
    # A head becomes the mark between two documents, so that lines stay where they are.
    apart = File(file.name, _HEAD.sub("--- ", file.text[heads[0].start() :]).encode())
    above = file.text.count("\n", 0, heads[0].start())
    moved = File(file.name, ("\n" * above).encode() + apart.data)
    for head, root in zip(heads, moved.yaml, strict=False):
        yield from _host(root, head[1], file)


def _facts(root: Cursor) -> Cursor:
    """Return the facts of one host, which stand at the top or under ``ansible_facts``."""
    for here in (root.at("ansible_facts"), root):
        if sum(bool(here.at(key)) for key in _KEYS) >= 2:
            return here
    inside = root.at("ansible_facts")
    return inside if sum(bool(inside.at(key)) for key in _BARE) >= 3 else root.at("")


def _host(root: Cursor, name: str, file: File) -> Iterator[Spec]:
    facts = _facts(root)
    if not facts:
        return

    def at(key: str) -> Cursor:
        return facts.at(f"ansible_{key}") or facts.at(key)

    named = at("hostname")
    spec = Spec(
        short_name(name or at("inventory_hostname").text or named.text or file.base),
        (named or at("kernel") or at("system")).span,
    )

    def take(path: str, key: str, value: str | bool | int | list[str] | None) -> None:
        if at(key):
            spec.fact(path, value, at(key).span)

    family = _SYSTEMS.get(at("system").text or "")
    arch = at("architecture") or at("machine")
    take("host.os.family", "system", family)
    if family:
        spec.fact(
            "host.platform", platform(family, (arch.text or "").replace("64-bit", "amd64")), arch.span if arch else None
        )
    if family == "windows":
        take("host.os.build", "distribution_version", number(at("distribution_version").text))
    else:
        take("host.kernel.version", "kernel", number(at("kernel").text))
    _system(spec, at("distribution"), at("distribution_version"), at("distribution_release"))
    _processor(spec, at("processor"), at("processor_vcpus"), at("processor_count"), family)
    if (memory := at("memtotal_mb")) and (memory.text or "").isdecimal() and memory.text != "0":
        spec.fact("host.memory", f"{memory.text}Mi", memory.span)
    found = at("flags")
    if found.items and family == "linux":
        some = _ends_file(file, found.items[-1])
        flags(spec, found.texts[:-1] if some else found.texts, found.span, some=some)
    _runs_in(spec, at("virtualization_role"), at("virtualization_type"), at("virtualization_tech_guest"))
    cmdline = at("cmdline")
    if cmdline.entries:
        words = (f"{key}={value.text}" if value.flag is None else key for key, value in cmdline.entries.items())
        spec.fact("host.kernel.cmdline", list(words), cmdline.span)
    modules = [
        (name, at(name).span)
        for name in ("apparmor", "selinux")
        if (at(name).at("status").text or "disabled") in ("enabled",)
    ]
    spec.entries("host.security.modules", modules)
    size = at("ec2_instance_type")
    if size:
        spec.fact("host.cloud.provider", "aws", size.span)
        spec.fact("host.cloud.instanceType", size.text, size.span)
    yield spec


def _ends_file(file: File, last: Cursor) -> bool:
    """Whether nothing stands behind the last entry of a list in YAML, so that the file may be cut off there."""
    end = last.span
    behind = file.lines[end.end_line - 1][end.end_column - 1 :], *file.lines[end.end_line :]
    return not "".join(behind).strip("\"' \r")


def _system(spec: Spec, name: Cursor, version: Cursor, codename: Cursor) -> None:
    word, text = name.text or "", version.text or ""
    known = _IDS.get(word, "")
    if word == "CentOS" and "stream" in (codename.text or "").lower():
        known = "centos"
    if known and version:
        if known == "alpine" and text.count(".") == 1:
            text += ".0"
        whole = text.partition(".")[0] if known in (*_MAJOR, "centos") else text
        release(spec, known, whole, version.span)
    elif version:
        spec.fact("host.os.version", number(text), version.span)


def _processor(spec: Spec, listed: Cursor, virtual: Cursor, count: Cursor, family: str | None) -> None:
    words = listed.items
    # On x86 each processor has three entries: its number, its maker and its model.
    if len(words) >= 3 and (words[0].text or "").isdecimal() and not (words[1].text or "").isdecimal():
        spec.fact("host.cpu.vendor", maker(words[1].text), words[1].span)
        spec.fact("host.cpu.model", words[2].text, words[2].span)
    cpus = virtual if virtual else count
    if family == "linux" and (cpus.text or "").isdecimal() and cpus.text != "0":
        spec.fact("host.cpu.count", int(cpus.text or ""), cpus.span)


def _runs_in(spec: Spec, role: Cursor, kind: Cursor, guest_of: Cursor) -> None:
    word = (kind.text or "").lower()
    if role.text == "guest":
        inside = [each for each in guest_of.texts if each in CONTAINERS]
        runs_in(spec, word if word in CONTAINERS or not inside else inside[0], kind.span if kind else role.span)
