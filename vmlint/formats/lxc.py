"""Containers of LXC: files of ``lxc.key = value`` lines, in the words of LXC 3 and of the releases before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, PassedOver, Setting, Spec, Unreadable, settings

from .shared.amounts import LONGEST, in_bytes
from .shared.carriers import is_program
from .shared.lxc import Confinement

CANNOT_KNOW = {
    "guest.os.id": "the format does not name the container's distribution",
    "requirements": "a container's file says what it is given, not what for: hints or an overlay tell",
}

ARCHES = {
    "x86": "386", "i386": "386", "i486": "386", "i586": "386", "i686": "386", "athlon": "386",
    "x86_64": "amd64", "amd64": "amd64",
    "arm": "arm", "armhf": "arm", "armel": "arm", "armv6l": "arm", "armv7": "arm", "armv7l": "arm",
    "aarch64": "arm64", "arm64": "arm64", "armv8l": "arm",
    "ppc64le": "ppc64le", "ppc64el": "ppc64le", "ppc64": "ppc64", "powerpc64": "ppc64", "ppc": "ppc", "powerpc": "ppc",
    "s390x": "s390x", "riscv64": "riscv64", "loongarch64": "loong64",
    "mips": "mips", "mipsel": "mipsle", "mips64": "mips64", "mips64el": "mips64le",
}  # fmt: skip

MEMORY = ("lxc.cgroup2.memory.max", "lxc.cgroup.memory.limit_in_bytes")
CPUS = ("lxc.cgroup2.cpuset.cpus", "lxc.cgroup.cpuset.cpus")

OF_A_CONTAINER = ("lxc.rootfs", "lxc.uts")
"""What a container has of its own: files without are there for others to include, or to be copied into new ones."""

_LINE = re.compile(r"lxc\.[a-z0-9_.]+\s*=")
_ABOUT_CONTAINERS = re.compile(
    r"lxc\.(?:rootfs|uts|utsname|net|network|mount|arch|idmap|id_map|cap|init|include|environment|autodev|tty|pts|pty|console"
    r"|start|group|hook|seccomp|apparmor|aa_profile|selinux|se_context|cgroup2?|namespace|signal|haltsignal|stopsignal"
    r"|rebootsignal|ephemeral|log|loglevel|logfile|sysctl|proc|prlimit|no_new_privs|monitor|execute|kmsg|keyring|time"
    r"|sched)(?=[._\s=])"
)
_TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{|@[A-Z][A-Z0-9_]*@")


def recognises(file: File) -> bool:
    """Tell a container's file by its lines, which all begin with ``lxc.``; those of Proxmox VE have others beside."""
    try:
        if len(file.text) > LONGEST or is_program(file):
            return False
    except Unreadable:
        return False
    own = others = 0
    for line in file.lines:
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if _LINE.match(bare) and _ABOUT_CONTAINERS.match(bare):
            own += 1
        else:
            others += 1
    return own > 0 and others * 10 <= own


def read(file: File) -> Iterator[Spec]:
    """Yield the container."""
    found = [each for each in settings(file) if each.key.startswith("lxc.")]
    if any(_TEMPLATE.search(each.value) for each in found):
        raise PassedOver("a template of an LXC container: lint what it renders to")
    if not any(each.key.startswith(OF_A_CONTAINER) for each in found):
        raise PassedOver("settings for LXC containers to include, and no container of its own")
    yield _container(file, found)


def _container(file: File, found: list[Setting]) -> Spec:
    last = {each.key: each for each in found}
    name = last.get("lxc.uts.name") or last.get("lxc.utsname")
    at = name.at if name else found[0].at
    spec = Spec(name.value if name and name.value else file.base, at)
    spec.fact("deployment.platform", "lxc", at)
    spec.fact("deployment.mode", "lxc", at)
    spec.default("guest.os.family", "linux", "a container of LXC runs on the kernel of its host, which is Linux")
    if arch := last.get("lxc.arch"):
        spec.fact("guest.arch", ARCHES.get(arch.value), arch.at)
    memory = next((last[key] for key in MEMORY if key in last), None)
    if memory:
        spec.fact("resources.memory", _size(memory.value), memory.at)
    cpus = next((last[key] for key in CPUS if key in last), None)
    if cpus:
        spec.fact("resources.cpu", _count(cpus.value), cpus.at)
    confinement = Confinement(spec)
    for each in found:
        confinement.take(each)
    confinement.state()
    return spec


def _size(text: str) -> str | None:
    """Return a number of bytes, with a binary suffix or without, as a manifest writes it."""
    match = re.fullmatch(r"([0-9]{1,15})([KkMmGgTt]?)[Bb]?", text.strip())
    if match is None or int(match[1]) == 0:
        return None
    if match[2]:
        return f"{match[1]}{match[2].upper()}i"
    size = int(match[1])
    return in_bytes(size) if size <= 1 << 50 else None


def _count(text: str) -> int | None:
    """Return how many CPUs a list such as ``1,2,5-7`` names."""
    count = 0
    for part in text.replace(" ", "").split(","):
        match = re.fullmatch(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", part)
        if match is None:
            return None
        count += max(int(match[2] or match[1]) - int(match[1]) + 1, 0)
    return count or None
