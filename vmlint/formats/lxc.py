"""Containers of LXC: files of ``lxc.key = value`` lines, in the words of LXC 3 and of the releases before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from vmlint.api import File, Setting, Skipped, Spec, Unreadable, limits, settings

from .shared.amounts import binary_size, listed_cpus
from .shared.arches import arch
from .shared.carriers import is_named_otherwise, is_script, rows_of_settings
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
_NAMED = re.compile(r".*\.(?:conf|config|lxc)|config|lxc\..*")
_FREE_TEXT = frozenset({"lxc.environment", "lxc.group", "lxc.uts.name", "lxc.utsname"})
"""Settings whose text LXC, or the container, takes as it stands."""
_TEMPLATE = re.compile(f"{MARKS}|{VARIABLES}|{NAMES}")


def recognises(file: File) -> bool:
    """Recognise a container's file by its lines, which begin with ``lxc.``; those of Proxmox VE have others too.

    LXC ignores all other lines. Where what every container has is among them, they do not matter in a file that is
    named as LXC's are; in a script that writes settings elsewhere, they do.
    """
    try:
        if len(file.text) > limits.SETTINGS_CHARACTERS or is_named_otherwise(file):
            return False
    except Unreadable:
        return False
    base = file.base.lower()
    owned = base.endswith(".lxc") or (base == "config" and "lxc" in PurePath(file.name).parts)
    own = others = 0
    whole = False
    for line in file.rows.texts if owned else rows_of_settings(file):
        bare = line.strip(" \t")
        if not bare or bare.startswith("#"):
            continue
        if _LINE.match(bare) and _ABOUT_CONTAINERS.match(bare):
            own += 1
            whole = whole or bare.startswith(OF_A_CONTAINER)
        else:
            others += 1
    if own and others * 10 <= own:
        return True
    enough = whole and own >= 2 and _NAMED.fullmatch(base) is not None
    return enough and (owned or not is_script(file) or others * 2 <= own)


def read(file: File) -> Iterator[Spec]:
    """Yield the container."""
    found = [each for each in settings(file.text, trailing=False) if each.key.startswith("lxc.")]
    if not any(each.key.startswith(OF_A_CONTAINER) for each in found):
        raise Skipped("settings for LXC containers to include, and no container")
    marked = [each for each in found if each.key not in _FREE_TEXT and _TEMPLATE.search(each.value)]
    if len(marked) == len(found):
        raise template("of an LXC container")
    left_out = set(map(id, marked))
    spec = _container(file, [each for each in found if id(each) not in left_out] if marked else found)
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
