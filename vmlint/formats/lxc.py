"""Containers of LXC: files of ``lxc.key = value`` lines, in the words of LXC 3 and of the releases before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Setting, Skipped, Spec, Unreadable, limits, settings

from .shared.amounts import binary_size, listed_cpus
from .shared.arches import arch
from .shared.carriers import is_program
from .shared.lxc import RELATED, Confinement
from .shared.paths import NO_REQUIREMENTS
from .shared.templates import MARKS, NAMES, VARIABLES, leave_open, partly, template

CANNOT_KNOW = {
    "guest.os.id": "the format does not name the container's distribution",
    **NO_REQUIREMENTS,
}

MEMORY = ("lxc.cgroup2.memory.max", "lxc.cgroup.memory.limit_in_bytes")
CPUS = ("lxc.cgroup2.cpuset.cpus", "lxc.cgroup.cpuset.cpus")

OF_A_CONTAINER = ("lxc.rootfs", "lxc.uts")
"""Keys that every container has. Files without them are included in others, or copied into new ones."""

_LINE = re.compile(r"lxc\.[a-z0-9_.]+\s*=")
_ABOUT_CONTAINERS = re.compile(
    r"lxc\.(?:rootfs|uts|utsname|net|network|mount|arch|idmap|id_map|cap|init|include|environment|autodev|tty|pts|pty|console"
    r"|start|group|hook|seccomp|apparmor|aa_profile|selinux|se_context|cgroup2?|namespace|signal|haltsignal|stopsignal"
    r"|rebootsignal|ephemeral|log|loglevel|logfile|sysctl|proc|prlimit|no_new_privs|monitor|execute|kmsg|keyring|time"
    r"|sched)(?=[._\s=])"
)
_FREE_TEXT = frozenset({"lxc.environment", "lxc.group", "lxc.uts.name", "lxc.utsname"})
"""Settings whose text LXC, or the container, takes as it stands."""
_TEMPLATE = re.compile(f"{MARKS}|{VARIABLES}|{NAMES}")


def recognises(file: File) -> bool:
    """Recognise a container's file by its lines, which all begin with ``lxc.``; those of Proxmox VE have others too."""
    try:
        if len(file.text) > limits.SETTINGS_CHARACTERS or is_program(file):
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
    found = [each for each in settings(file.text) if each.key.startswith("lxc.")]
    if not any(each.key.startswith(OF_A_CONTAINER) for each in found):
        raise Skipped("settings for LXC containers to include, and no container")
    marked = [each for each in found if each.key not in _FREE_TEXT and _TEMPLATE.search(each.value)]
    if len(marked) == len(found):
        raise template("of an LXC container")
    spec = _container(file, [each for each in found if each not in marked] if marked else found)
    if marked:
        leave_open(spec, (each.key for each in marked), RELATED)
    yield spec
    if marked:
        raise partly("of an LXC container", (each.key for each in marked))


def _container(file: File, found: list[Setting]) -> Spec:
    last = {each.key: each for each in found}
    name = last.get("lxc.uts.name") or last.get("lxc.utsname")
    at = name.at if name else found[0].at
    spec = Spec(name.value if name and name.value else file.base, at)
    spec.fact("deployment.platform", "lxc", at)
    spec.fact("deployment.mode", "lxc", at)
    spec.default("guest.os.family", "linux", "a container of LXC runs on the kernel of its host, which is Linux")
    if stated := last.get("lxc.arch"):
        spec.fact("guest.arch", arch(stated.value), stated.at)
    memory = next((last[key] for key in MEMORY if key in last), None)
    if memory:
        spec.fact("resources.memory", binary_size(memory.value), memory.at)
    cpus = next((last[key] for key in CPUS if key in last), None)
    if cpus:
        spec.fact("resources.cpu", listed_cpus(cpus.value), cpus.at)
    confinement = Confinement(spec)
    for each in found:
        confinement.take(each)
    confinement.state()
    return spec
