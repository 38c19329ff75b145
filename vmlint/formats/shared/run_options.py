"""Options of `docker run` and `podman run`, as other files hand them on: what reaches the host, limits, parameters."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from vmlint.api import Span, Spec

from .amounts import binary_size
from .computed import filled_in, is_computed
from .containers import (
    USUAL,
    Listed,
    Placed,
    capability,
    confinement_off,
    mode_of,
    mount,
    of_the_host,
    own_profile,
    soft_limit,
)
from .demands import own_parameters, published
from .paths import GPU, PRIVILEGED, UNCONFINED
from .variables import variable

At = TypeVar("At", bound=Placed)

VALUES = frozenset(
    {"--cap-add", "--device", "--entrypoint", "--gpus", "--ipc", "--memory", "-m", "--cpus", "--mount", "--net"}
    | {"--network", "--pid", "--platform", "--runtime", "--security-opt", "--shm-size", "--sysctl", "--ulimit"}
    | {"-v", "--volume", "-e", "--env", "--env-file", "-p", "--publish"}
)
"""Options that are read, with a value as the next argument or after an equals sign."""
_OTHERS = """
    --add-host --annotation --arch --attach --authfile --blkio-weight --blkio-weight-device --cap-drop --cgroup-conf
    --cgroup-parent --cgroupns --cgroups --chrootdirs --cidfile --conmon-pidfile --cpu-count --cpu-percent --cpu-period
    --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpu-shares --cpuset-cpus --cpuset-mems --creds --decryption-key
    --detach-keys --device-cgroup-rule --device-read-bps --device-read-iops --device-write-bps --device-write-iops --dns
    --dns-opt --dns-option --dns-search --domainname --expose --gidmap --group-add --group-entry --health-cmd
    --health-interval --health-on-failure --health-retries --health-start-interval --health-start-period
    --health-startup-cmd --health-timeout --hooks-dir --hostname --hostuser --image-volume --init-ctr --init-path
    --io-maxbandwidth --io-maxiops --ip --ip6 --isolation --kernel-memory --label --label-file --link --link-local-ip
    --log-driver --log-opt --mac-address --memory-reservation --memory-swap --memory-swappiness --name --network-alias
    --oom-score-adj --os --passwd-entry --personality --pidfile --pids-limit --pod --pod-id-file --preserve-fds --pull
    --rdt-class --requires --restart --retry --retry-delay --sdnotify --seccomp-policy --secret --shm-size-systemd
    --stop-signal --stop-timeout --storage-opt --subgidname --subuidname --systemd --timeout --tmpfs --tz --uidmap
    --umask --unsetenv --user --userns --uts --variant --volume-driver --volumes-from --workdir
"""
_OTHERS_WITH_VALUES = frozenset(_OTHERS.split())
"""Others of ``docker run`` and ``podman run`` that take the next argument as their value, whatever it begins with."""

_SHORT = re.compile(r"-[ditPq]*([acehlmpuvw])(=(?=.))?(.*)", re.DOTALL)
"""Options of one letter in one word: flags, then perhaps one with a value, which follows or is the next argument."""
LISTS = frozenset({"--cap-add", "--device", "--sysctl", "--ulimit"})
"""Options of Podman that take a list; Docker takes one value only."""
TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
"""The words for a flag that both engines take (strconv.ParseBool)."""

NOT_SHOWN = frozenset({"--env-file", "--env-host", "--env-merge"})
"""Options that set variables which are not shown."""
_OF_INIT = re.compile(r"ns:/proc/0*1/ns/\w+")
"""The namespaces of the host's first process are the host's."""
NAMESPACES = {"--pid": "pid", "--ipc": "ipc", "--net": "network", "--network": "network"}
ALL_GPUS = "nvidia.com/gpu="
"""The beginning of the names that NVIDIA's interface for container devices has for graphics processors."""


def options(arguments: Iterable[tuple[str, At]]) -> Iterator[tuple[str, str, At]]:
    """Yield the options among some arguments, whose values follow an equals sign or are the next argument."""
    waiting = ""
    for text, at in arguments:
        if waiting:
            yield waiting, text, at
            waiting = ""
            continue
        short = _SHORT.fullmatch(text)
        key, found, value = text.partition("=")
        if short and short[3]:
            yield f"-{short[1]}", short[3], at
        elif short:
            waiting = f"-{short[1]}"
        elif found or (key not in VALUES and key not in _OTHERS_WITH_VALUES):
            yield key, value, at
        else:
            waiting = key


def bind_mount(text: str, *, any_case: bool = True) -> str | None:
    """Return what `--mount` mounts of the host, in one line, also where it is filled in elsewhere.

    Docker takes keys and types ``any_case`` they are in, Podman only lower case.
    """
    parts: dict[str, str] = {}
    for part in _fields(text):
        key, _, value = part.partition("=")
        parts[key.lower() if any_case else key] = value
    kind = parts.get("type", "")
    source = parts.get("source") or parts.get("src") or ""
    target = parts.get("target") or parts.get("dst") or parts.get("destination") or ""
    kind = kind.lower() if any_case else kind
    if kind == "glob":  # Podman's: each path that matches
        source = source.partition("*")[0].rpartition("/")[0] or "/"
    elif kind != "bind":
        source = ""
    if not source:
        return None
    return mount(source, target, read_only=parts.get("readonly", parts.get("ro")) in ("", *TRUE))


def _fields(text: str) -> list[str]:
    """Return the fields of a line, in which a field with a comma may be quoted, as in CSV."""
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text]), [])
    except csv.Error:
        return []


class RunOptions:
    """What a container gets, from the options of its engine and from keys that stand for them."""

    def __init__(self, spec: Spec, *, of_podman: bool = False) -> None:
        self.spec = spec
        self.of_podman = of_podman
        """Whether they are certainly Podman's, and not Docker's."""
        self.capabilities = Listed(spec, "deployment.capabilities")
        self.namespaces = Listed(spec, "deployment.hostNamespaces")
        self.mounts = Listed(spec, "deployment.mounts")
        self.devices = Listed(spec, "deployment.hostDevices")
        self.switched_off = Listed(spec, UNCONFINED)
        self.sysctls = Listed(spec, "deployment.sysctls")
        self.ulimits = Listed(spec, "deployment.ulimits")
        self.variables: list[tuple[str, str | None, Span]] = []
        self.more_variables = ""
        """Why there may be variables that the file does not show."""
        self.runtime = ""
        """The runtime, where only the engine's configuration knows what it is."""

    def option(self, key: str, value: str, at: Placed) -> None:
        """Take an option."""
        if self.of_podman and key in LISTS and "," in value:
            for each in _fields(value):
                self._option(key, each, at)
        else:
            self._option(key, value, at)

    def _option(self, key: str, value: str, at: Placed) -> None:
        if key == "--privileged":
            self.privileged(value, at)
        elif key == "--cap-add":
            self.capabilities.add(capability(value), at)
        elif key == "--sysctl":
            self.sysctls.add(value, at)
        elif key == "--security-opt":
            self._security(value, at)
        elif key in NAMESPACES:
            of_host = value == "host" or _OF_INIT.fullmatch(value)
            self.namespaces.add(NAMESPACES[key] if of_host else value if is_computed(value) else None, at)
        elif key in ("-v", "--volume"):
            kept = is_computed(value) or (of_the_host(value) and ":" in value)
            self.mounts.add(value if kept else None, at)
        elif key == "--mount":
            self.mounts.add(bind_mount(value, any_case=not self.of_podman), at)
        elif key == "--device":
            self.device(value, at)
        elif key == "--ulimit":
            self.ulimits.add(value if is_computed(value) else soft_limit(value), at)
        elif key in ("-e", "--env"):
            self.variables.append(variable(value, at.span))
        elif key in NOT_SHOWN:
            self.more_variables = f"{key} sets others, which are not shown"
        elif key in ("-p", "--publish"):
            published(self.spec, value, at)
        elif key == "--gpus":
            self.spec.fact(GPU, "shared", at.span)
        elif not is_computed(value):
            self._single(key, value, at)

    def privileged(self, value: str, at: Placed) -> None:
        """Take a flag that needs no value to be true."""
        if value in ("", *TRUE):
            self.spec.fact(PRIVILEGED, value=True, at=at.span)
        elif is_computed(value):
            self.spec.unknown(PRIVILEGED, filled_in(value))

    def device(self, value: str, at: Placed) -> None:
        """Take a device of the host: a node, or the name that a vendor gives to its devices."""
        if value.startswith(ALL_GPUS):
            self.spec.fact(GPU, "shared", at.span)
        else:
            self.devices.add(value if is_computed(value) else value.partition(":")[0], at)

    def _security(self, value: str, at: Placed) -> None:
        self.switched_off.add(value if is_computed(value) else confinement_off(value), at)
        self.spec.fact("deployment.seccompProfile", own_profile(value), at.span)

    def _single(self, key: str, value: str, at: Placed) -> None:
        if key == "--platform":
            self.spec.fact("guest.platform", value, at.span)
        elif key == "--cpus":
            self.spec.fact("resources.cpu", value, at.span)
        elif key in ("-m", "--memory"):
            self.spec.fact("resources.memory", binary_size(value), at.span)
        elif key == "--shm-size":
            self.spec.fact("deployment.sharedMemory", binary_size(value), at.span)
        elif key == "--runtime":
            name = value.rpartition("/")[2]
            self.spec.fact("deployment.mode", mode_of(name), at.span)
            self.runtime = "" if mode_of(name) or name in USUAL else value

    def state(self, around: Mapping[Listed, Placed | None] = {}) -> None:
        """State all lists, some of them with the place of the block that holds them."""
        for listed in (
            self.capabilities,
            self.switched_off,
            self.namespaces,
            self.mounts,
            self.devices,
            self.sysctls,
            self.ulimits,
        ):
            listed.state(around.get(listed) or None)
        own_parameters(self.spec, ((pair, at.span) for pair, at in self.sysctls.items.items()))
