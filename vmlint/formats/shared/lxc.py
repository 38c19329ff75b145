"""How lines of LXC isolate a container from its host.

A container without an id map is *privileged* in LXC's own words: its root is the host's root, and only capabilities,
device rules and AppArmor hold it. That is usual for a container that root starts, and less than what engines
call privileged, which has none of these limits. So an id map states that a container is not privileged; without one it
is privileged only where the file removes the other limits too.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from vmlint.api import Setting, Span, Spec

from .containers import soft_limit
from .paths import UNCONFINED

DROPPED = ("MAC_ADMIN", "MAC_OVERRIDE", "SYS_MODULE", "SYS_RAWIO", "SYS_TIME")
"""Capabilities that LXC's own configurations drop for every container."""

PARAMETER, LIMIT, SHARE = "lxc.sysctl.", "lxc.prlimit.", "lxc.namespace.share."
OWN_FILES = "/usr/share/lxc/config/"
"""Where LXC's own profiles are, which every container has unless another one is named."""

NAMESPACES = {"net": "network", "ipc": "ipc", "pid": "pid"}

RELATED = {
    r"lxc\.(?:id_?map|apparmor|aa_profile|cgroup2?|cap|include)\b.*": (
        *("deployment.privileged", "deployment.capabilities", UNCONFINED),
    ),
    r"lxc\.(?:net|network|namespace|include)\b.*": ("deployment.hostNamespaces", "deployment.network"),
    r"lxc\.(?:seccomp|include)\b.*": ("deployment.seccompProfile",),
}
"""Patterns of settings -> the beginnings of the fields that hang on several of them."""

_NUMBER = "0[xX][0-9a-fA-F]{1,20}|[0-9]{1,30}"
_MAP = re.compile(rf"([ugb])\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})")
_DEVICES = re.compile(r"([abc])(?:\s+\*:\*(?:\s+([rwm]+))?)?")
_NUMBERED = {16: "SYS_MODULE", 17: "SYS_RAWIO", 25: "SYS_TIME", 32: "MAC_OVERRIDE", 33: "MAC_ADMIN"}
"""Numbers of these capabilities (linux/capability.h), by which they may be kept, too."""
_OF_INIT = re.compile(r"1|/proc/0*1/ns/\w+")
"""How the namespace of the host's first process is named."""


def _number(text: str) -> int:
    """Return a number as strtoul reads it: octal behind a zero, hexadecimal behind `0x`."""
    lower = text.lower()
    if lower.startswith("0x"):
        return int(lower, 16)
    return int(text, 8) if text.startswith("0") and not set(text) & set("89") else int(text)


def bind(source: str, target: str, read_only: bool) -> str:
    """Write a mount as engines do."""
    return f"{source}:/{target.strip('/')}" + (":ro" if read_only else "")


class Confinement:
    """Collects the lines of one container, and states their result."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.mounts: list[tuple[str, Span]] = []
        self.elsewhere = ""
        """The setting by which another file may add mounts."""
        self.included = ""
        """The same, for every setting."""
        self.mapped: Span | None = None
        """The place of an id map by which root inside is another user outside."""
        self.root_kept = False
        """Whether root inside is root outside, by an id map that says so."""
        self.others_mapped = False
        """Whether an id map says something else, so that root may be anybody."""
        self.unconfined: Span | None = None
        self.allowed: dict[tuple[str, str], Span] = {}
        """Rules for all devices, by the version of cgroup and the kind of the devices."""
        self.cleared: Span | None = None
        """The place that resets the list of capabilities to drop."""
        self.kept: list[tuple[str, Span]] = []
        self.shared: dict[str, Span] = {}
        self.networks = 0
        self.devices: list[tuple[str, Span]] = []
        self.parameters: dict[str, tuple[str, Span]] = {}
        self.limits: dict[str, tuple[str, Span]] = {}
        self.profile: tuple[str, Span] | None = None

    def unprivileged(self, at: Span) -> None:
        """Record that the file maps root inside to another user outside."""
        self.mapped = at

    def take(self, setting: Setting) -> None:
        """Take one line."""
        key, value, at = setting.key, setting.value, setting.at
        if key in ("lxc.idmap", "lxc.id_map"):
            self._map(value, at)
        elif key in ("lxc.apparmor.profile", "lxc.aa_profile"):
            self.unconfined = at if value == "unconfined" else None
        elif key in ("lxc.cgroup2.devices.allow", "lxc.cgroup.devices.allow"):
            self._allow(key.split(".")[1], value, at)
        elif key in ("lxc.cgroup2.devices.deny", "lxc.cgroup.devices.deny"):
            if value == "a":
                self.allowed = {each: at for each, at in self.allowed.items() if each[0] != key.split(".")[1]}
        elif key == "lxc.cap.drop":
            self.cleared = None if value else at
        elif key == "lxc.cap.keep":
            self.kept = [*self.kept, *((_capability(word), at) for word in value.split())] if value else []
        elif key == "lxc.mount.entry":
            self._mount(value, at)
        elif key in ("lxc.mount.fstab", "lxc.mount"):
            self.elsewhere = self.elsewhere or f"`{key}` names another file"
        elif key == "lxc.include":
            self.elsewhere = self.included = "`lxc.include` names another file"
        elif key == "lxc.namespace.keep":
            self.shared.update({NAMESPACES[word]: at for word in value.split() if word in NAMESPACES})
        elif key == "lxc.namespace.clone" and value:
            own = value.split()
            self.shared.update({name: at for word, name in NAMESPACES.items() if word not in own})
        elif key.startswith(SHARE) and _OF_INIT.fullmatch(value):
            self.shared.update({name: at for word, name in NAMESPACES.items() if key == f"{SHARE}{word}"})
        elif key.startswith(PARAMETER) and value:
            name = key.removeprefix(PARAMETER)
            self.parameters[name] = (f"{name}={value}", at)
        elif key.startswith(LIMIT) and value:
            name = key.removeprefix(LIMIT)
            self.limits[name] = (soft_limit(f"{name}={value}") or "", at)
        elif key in ("lxc.seccomp.profile", "lxc.seccomp"):
            self.profile = (value, at) if value and not value.startswith(OWN_FILES) else None
        elif re.fullmatch(r"lxc\.(?:net\.[0-9]{1,4}|network)\.type", key):
            self.networks += 1
            if value == "macvlan":
                self.spec.fact("deployment.network.drivers", ["macvlan"], at)
            if value == "none":
                self.shared["network"] = at

    def _allow(self, version: str, value: str, at: Span) -> None:
        match = _DEVICES.fullmatch(value)
        if match and (match[2] is None or set(match[2]) == set("rwm")):
            self.allowed.update({(version, kind): at for kind in ("bc" if match[1] == "a" else match[1])})

    @property
    def all_devices(self) -> Span | None:
        """The place that allows all devices, of both kinds."""
        found = [
            (self.allowed.get((version, "b")), self.allowed.get((version, "c"))) for version in ("cgroup2", "cgroup")
        ]
        return next((max(block, character) for block, character in found if block and character), None)

    def _map(self, value: str, at: Span) -> None:
        if not value:
            self.mapped, self.root_kept, self.others_mapped = None, False, False
            return
        match = _MAP.fullmatch(value.strip())
        if match is None:
            self.others_mapped = True
            return
        inside, outside, count = map(_number, match.groups()[1:])
        of_root = match[1] in "ub" and inside == 0 < count
        if of_root and outside == 0:
            self.root_kept = True
        elif of_root:
            self.mapped = at
        elif match[1] in "ub":
            self.others_mapped = self.others_mapped or outside == 0

    def _mount(self, value: str, at: Span) -> None:
        words = value.split()
        if len(words) < 4:
            return
        options = words[3].split(",")
        if "bind" in options or "rbind" in options:
            # A container is started by a process whose folder is the root.
            source = words[0] if words[0].startswith("/") else posixpath.normpath(f"/{words[0]}")
            self.mounts.append((bind(source, words[1], "ro" in options), at))
            if source.startswith("/dev/"):
                self.devices.append((source, at))

    def state(self) -> None:
        """State the facts."""
        spec = self.spec
        self._privilege()
        if self.mounts:
            spec.entries("deployment.mounts", self.mounts)
        elif not self.elsewhere:
            spec.default("deployment.mounts", [], "the file mounts no directory of the host")
        if self.unconfined:
            spec.fact(UNCONFINED, ["apparmor"], self.unconfined)
        elif not self.included:
            spec.default(UNCONFINED, [], "a container keeps the confinements that it does not switch off")
        if self.shared:
            spec.entries("deployment.hostNamespaces", self.shared.items())
        elif self.networks and not self.included:
            spec.default("deployment.hostNamespaces", [], "a container has its own namespaces by default")
        spec.entries("deployment.hostDevices", self.devices)
        spec.entries("deployment.sysctls", self.parameters.values())
        spec.entries("deployment.ulimits", self.limits.values())
        if self.profile:
            spec.fact("deployment.seccompProfile", *self.profile)
        for path, why in (("deployment.mounts", self.elsewhere), ("deployment.hostNamespaces", self.included)):
            if why and path not in spec.facts:
                spec.unknown(path, why)

    def _privilege(self) -> None:
        spec = self.spec
        if self.mapped and not self.others_mapped and not self.root_kept:
            spec.fact("deployment.privileged", False, self.mapped)
            return
        if not self.root_kept and (self.mapped or self.others_mapped):
            spec.unknown("deployment.privileged", "its id map reaches the host's root, or does not tell who root is")
            return
        kept = _beyond(self.kept)
        if self.all_devices and (self.unconfined or self.cleared):
            spec.fact("deployment.privileged", True, self.all_devices)
        else:
            spec.unknown(
                "deployment.privileged",
                "without an id map of its own its root is the host's; what LXC withholds from it counts",
            )
        if self.cleared and not self.kept:
            spec.fact("deployment.capabilities", DROPPED, self.cleared)
        elif kept:
            spec.entries("deployment.capabilities", kept)


def _capability(word: str) -> str:
    """Return a capability by its name, of which LXC takes the number as well."""
    name = word.upper().removeprefix("CAP_")
    return _NUMBERED.get(_number(name), name) if re.fullmatch(_NUMBER, name, re.IGNORECASE) else name


def _beyond(kept: Sequence[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """Return the capabilities that are kept and that LXC's own configurations drop."""
    return [each for each in kept if each[0] in DROPPED]
