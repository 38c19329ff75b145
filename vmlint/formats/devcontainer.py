"""devcontainer.json: a container for development, on any container engine.

Features, the image's own metadata and a Compose file add to the file, so what is absent is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Cursor, File, Spec, Unreadable

from .shared.amounts import binary_size
from .shared.computed import is_computed, literal, state
from .shared.containers import USUAL, Listed, confinement_off, mode_of, mount, of_the_host
from .shared.paths import GPU, UNCONFINED
from .shared.templates import template

NAMES = frozenset({"devcontainer.json", ".devcontainer.json"})
SOURCES = frozenset({"image", "build", "dockerFile", "dockerComposeFile"})
"""Where the container comes from."""

OF_THE_FORMAT = frozenset({
    "containerEnv", "customizations", "features", "forwardPorts", "hostRequirements", "initializeCommand",
    "onCreateCommand", "portsAttributes", "postAttachCommand", "postCreateCommand", "postStartCommand", "remoteEnv",
    "remoteUser", "runArgs", "updateRemoteUserUID", "workspaceFolder", "workspaceMount",
})  # fmt: skip
"""Keys that other JSON does not have."""

ENOUGH = 2
"""How many of them a file of another name has."""

VALUES = frozenset(
    {"--cap-add", "--device", "--gpus", "--ipc", "--memory", "-m", "--cpus", "--mount", "--net", "--network", "--pid"}
    | {"--platform", "--runtime", "--security-opt", "-v", "--volume"}
)
"""Options of `docker run` that are read, with a value as the next argument or after an equals sign."""

INSIDE, OUTSIDE = "docker-in-docker", "docker-outside-of-docker"
_FEATURE = re.compile(rf"(?:ghcr\.io/devcontainers/features/)?({INSIDE}|{OUTSIDE})(?:[:@].*)?")
"""Official features whose metadata, in every release, give the container access to the host."""
SOCKET, HOST_SOCKET = "/var/run/docker.sock", "/var/run/docker-host.sock"
"""Source and target of the second one's mount; a mount of the file itself at that target replaces it."""

NAMESPACES = {"--pid": "pid", "--ipc": "ipc", "--net": "network", "--network": "network"}

_MARKS = re.compile(r"\{\{-?[ \w]|\{%|<%")
"""Marks of a template, in a text that is not JSON before it is rendered."""


def recognises(file: File) -> bool:
    """Recognise it by its name and any of its keys, or by the container's origin and two of its own keys."""
    named = file.base.lower() in NAMES
    if not named and sum(f'"{key}"'.encode() in file.data for key in OF_THE_FORMAT) < ENOUGH:
        return False
    try:
        roots = file.commented_json
    except Unreadable:
        return named and any(f'"{key}"'.encode() in file.data for key in SOURCES | OF_THE_FORMAT)
    return any(
        keys & (SOURCES | OF_THE_FORMAT) if named else keys & SOURCES and len(keys & OF_THE_FORMAT) >= ENOUGH
        for keys in (root.entries.keys() for root in roots)
    )


def read(file: File) -> Iterator[Spec]:
    """Yield the one container."""
    try:
        roots = file.commented_json
    except Unreadable:
        if _MARKS.search(file.text):
            raise template("of a devcontainer.json") from None
        raise
    for root in roots[:1]:
        name = literal(root.at("name")) or file.base
        spec = Spec(name, root.at("name").span if root.at("name") else root.span)
        spec.default("deployment.architecture", "container", "a development container is one")
        spec.default("environment", "dev", "a development container is for development")
        spec.unknown("deployment.platform.id", "it runs on any container engine of the developer's machine")
        _image(spec, root)
        runtime = _access(spec, root)
        if runtime:
            spec.unknown("deployment.mode", f"what the runtime {runtime} is, only the engine's configuration knows")
        elif not root.at("dockerComposeFile"):
            # Podman's usual runtime is crun, which shares the host's kernel too; no rule distinguishes the two.
            spec.default(
                "deployment.mode", "runc", "without another runtime in runArgs, the engine takes its usual one"
            )
        yield spec


def _image(spec: Spec, root: Cursor) -> None:
    image = root.at("image")
    if image:
        state(spec, "deployment.image.ref", image)
        return
    elsewhere = "a Compose file" if root.at("dockerComposeFile") else "a Dockerfile"
    spec.unknown("deployment.image.ref", f"{elsewhere} names the image")
    spec.unknown("guest.os.id", f"{elsewhere} names the image")


class _Reach:
    """What reaches the host, from the keys of the file and from the arguments for the engine."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.capabilities = Listed(spec, "deployment.capabilities")
        self.namespaces = Listed(spec, "deployment.hostNamespaces")
        self.mounts = Listed(spec, "deployment.mounts")
        self.devices = Listed(spec, "deployment.hostDevices")
        self.switched_off = Listed(spec, UNCONFINED)
        self.runtime = ""

    def option(self, key: str, value: str, at: Cursor) -> None:
        """Take an option of `docker run`."""
        if key == "--security-opt":
            self.switched_off.add(value if is_computed(value) else confinement_off(value), at)
        elif key == "--cap-add":
            self.capabilities.add(value, at)
        elif key in NAMESPACES:
            self.namespaces.add(NAMESPACES[key] if value == "host" else value if is_computed(value) else None, at)
        elif key in ("-v", "--volume"):
            kept = is_computed(value) or (of_the_host(value) and ":" in value)
            self.mounts.add(value if kept else None, at)
        elif key == "--mount":
            self.mounts.add(_mount(value), at)
        elif key == "--device":
            self.devices.add(value if is_computed(value) else value.partition(":")[0], at)
        elif key == "--gpus":
            self.spec.fact(GPU, "shared", at.span)
        elif is_computed(value):
            return
        elif key == "--platform":
            self.spec.fact("guest.platform", value, at.span)
        elif key == "--cpus":
            self.spec.fact("resources.cpu", value, at.span)
        elif key in ("-m", "--memory"):
            self.spec.fact("resources.memory", binary_size(value), at.span)
        elif key == "--runtime":
            self.spec.fact("deployment.mode", mode_of(value), at.span)
            self.runtime = "" if mode_of(value) or value in USUAL else value

    def state(self, root: Cursor) -> None:
        """State all lists."""
        self.capabilities.state(root.at("capAdd") or None)
        self.switched_off.state(root.at("securityOpt") or None)
        self.namespaces.state()
        self.mounts.state(root.at("mounts") or None)
        self.devices.state()


def _access(spec: Spec, root: Cursor) -> str:
    """State what reaches the host; return the runtime if only the engine's configuration defines it."""
    reach = _Reach(spec)
    if root.at("privileged").flag:
        spec.fact("deployment.privileged", value=True, at=root.at("privileged").span)
    for each in root.at("capAdd").items:
        reach.capabilities.add(each.text, each)
    for each in root.at("securityOpt").items:
        reach.option("--security-opt", each.text or "", each)
    for each in root.at("mounts").items:
        source, target, type_ = (each.at(key).text for key in ("source", "target", "type"))
        text = each.text or f"type={type_ or ''},source={source or ''},target={target or ''}"
        reach.mounts.add(_mount(text), each.at("source") or each)
    for key, value, at in _options(root.at("runArgs").items):
        if key == "--privileged" and value in ("", "true"):
            spec.fact("deployment.privileged", value=True, at=at.span)
        elif key in VALUES:
            reach.option(key, value, at)
    _features(spec, root, reach)
    gpu = root.at("hostRequirements", "gpu")
    if gpu.flag or gpu.entries:
        spec.fact(GPU, "shared", gpu.span)
    reach.state(root)
    return reach.runtime


def _features(spec: Spec, root: Cursor, reach: _Reach) -> None:
    """State what the features ask for, as far as they are known here."""
    taken = reach.mounts.left_out or any(f":{HOST_SOCKET}" in each for each in reach.mounts.items)
    for name, feature in root.at("features").entries.items():
        known = _FEATURE.fullmatch(name.lower())
        if known and known[1] == INSIDE:
            spec.default("deployment.privileged", True, f"the feature {INSIDE} asks for it", feature.span)
        elif known and not taken:
            reach.mounts.add(mount(SOCKET, HOST_SOCKET, read_only=False), feature)


def _options(arguments: list[Cursor]) -> Iterator[tuple[str, str, Cursor]]:
    """Yield the options of `docker run`, whose values follow an equals sign or are the next argument."""
    waiting = ""
    for each in arguments:
        text = each.text or ""
        if waiting:
            yield waiting, text, each
            waiting = ""
            continue
        key, found, value = text.partition("=")
        if found or key not in VALUES:
            yield key, value, each
        else:
            waiting = key


def _mount(text: str) -> str | None:
    """Return what `--mount` mounts of the host, in one line, also where it is filled in elsewhere."""
    parts = dict(part.partition("=")[::2] for part in text.split(","))
    source = parts.get("source") or parts.get("src") or ""
    target = parts.get("target") or parts.get("dst") or parts.get("destination") or ""
    if parts.get("type") != "bind" or not source:
        return None
    read_only = parts.get("readonly", parts.get("ro")) in ("", "true", "1")
    return mount(source, target, read_only=read_only)
