"""How lines of LXC isolate a container from its host.

A container without an id map is *privileged* in LXC's own words: its root is the host's root, and only capabilities,
device rules and AppArmor hold it. That is usual for a container that root starts, and less than what engines
call privileged, which has none of these limits. So an id map states that a container is not privileged; without one it
is privileged only where the file removes the other limits too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vmlint.api import Setting, Span, Spec

from .containers import soft_limit
from .paths import UNCONFINED

DROPPED = ("MAC_ADMIN", "MAC_OVERRIDE", "SYS_MODULE", "SYS_RAWIO", "SYS_TIME")
"""Capabilities that LXC's own configurations drop for every container."""

PARAMETER, LIMIT = "lxc.sysctl.", "lxc.prlimit."
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

_MAP = re.compile(r"[ugb]\s+([0-9]{1,10})\s+([0-9]{1,10})\s+([0-9]{1,10})")


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
        self.host_root_mapped = False
        self.unconfined: Span | None = None
        self.all_devices: Span | None = None
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
            self.all_devices = at if re.fullmatch(r"a(?:\s+\*:\*(?:\s+rwm)?)?", value) else self.all_devices
        elif key in ("lxc.cgroup2.devices.deny", "lxc.cgroup.devices.deny"):
            self.all_devices = None if value == "a" else self.all_devices
        elif key == "lxc.cap.drop":
            self.cleared = None if value else at
        elif key == "lxc.cap.keep":
            self.kept = [*self.kept, *((word.upper(), at) for word in value.split())] if value else []
        elif key == "lxc.mount.entry":
            self._mount(value, at)
        elif key in ("lxc.mount.fstab", "lxc.mount"):
            self.elsewhere = self.elsewhere or f"`{key}` names another file"
        elif key == "lxc.include":
            self.elsewhere = self.included = "`lxc.include` names another file"
        elif key == "lxc.namespace.keep":
            self.shared.update({NAMESPACES[word]: at for word in value.split() if word in NAMESPACES})
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

    def _map(self, value: str, at: Span) -> None:
        match = _MAP.fullmatch(value.strip())
        if match and int(match[2]) == 0:
            self.host_root_mapped = True
        self.mapped = at if value else None

    def _mount(self, value: str, at: Span) -> None:
        words = value.split()
        if len(words) < 4 or not words[0].startswith("/"):
            return
        options = words[3].split(",")
        if "bind" in options or "rbind" in options:
            self.mounts.append((bind(words[0], words[1], "ro" in options), at))
            if words[0].startswith("/dev/"):
                self.devices.append((words[0], at))

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
        if self.mapped and not self.host_root_mapped:
            spec.fact("deployment.privileged", False, self.mapped)
            return
        if self.mapped:
            spec.unknown("deployment.privileged", "its id map reaches the host's root")
            return
        kept = _beyond(self.kept)
        if self.all_devices and (self.unconfined or self.cleared):
            spec.fact("deployment.privileged", True, self.all_devices)
        else:
            spec.unknown(
                "deployment.privileged",
                "without an id map its root is the host's; what LXC withholds from it (capabilities, devices) counts",
            )
        if self.cleared and not self.kept:
            spec.fact("deployment.capabilities", DROPPED, self.cleared)
        elif kept:
            spec.entries("deployment.capabilities", kept)


def _beyond(kept: Sequence[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """Return the capabilities that are kept and that LXC's own configurations drop."""
    return [each for each in kept if each[0].removeprefix("CAP_") in DROPPED]
