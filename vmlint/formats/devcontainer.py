"""devcontainer.json: a container for development, on any container engine.

Features, the image's own metadata and a Compose file add to the file, so what is absent is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Cursor, File, Spec, Unreadable

from .shared.computed import literal, state
from .shared.containers import capability, mount
from .shared.paths import GPU
from .shared.run_options import RunOptions, bind_mount, options
from .shared.templates import marked, template
from .shared.variables import variables

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

INSIDE, OUTSIDE = "docker-in-docker", "docker-outside-of-docker"
_FEATURE = re.compile(rf"(?:ghcr\.io/devcontainers/features/)?({INSIDE}|{OUTSIDE})(?:[:@].*)?")
"""Official features whose metadata, in every release, give the container access to the host."""
SOCKET, HOST_SOCKET = "/var/run/docker.sock", "/var/run/docker-host.sock"
"""Source and target of the second one's mount; a mount of the file itself at that target replaces it."""

_MARKS = re.compile(r"\{\{-?[ \w]|\{%|<%")
"""Marks of a template, in a text that is not JSON before it is rendered."""


def recognises(file: File) -> bool:
    """Recognise it by its name and any of its keys, or by the container's origin and two of its own keys."""
    named = file.base.lower() in NAMES
    if not named and sum(f'"{key}"'.encode() in file.searchable for key in OF_THE_FORMAT) < ENOUGH:
        return False
    try:
        roots = file.commented_json
    except Unreadable:
        return named and any(f'"{key}"'.encode() in file.searchable for key in SOURCES | OF_THE_FORMAT)
    return any(
        keys & (SOURCES | OF_THE_FORMAT) if named else keys & SOURCES and len(keys & OF_THE_FORMAT) >= ENOUGH
        for keys in (root.entries.keys() for root in roots)
    )


def read(file: File) -> Iterator[Spec]:
    """Yield the one container."""
    try:
        roots = file.commented_json
    except Unreadable:
        if marked(file.text, "json", _MARKS):
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


def _access(spec: Spec, root: Cursor) -> str:
    """State what reaches the host; return the runtime if only the engine's configuration defines it."""
    reach = RunOptions(spec)
    if root.at("privileged").flag:
        spec.fact("deployment.privileged", value=True, at=root.at("privileged").span)
    for each in root.at("capAdd").items:
        reach.capabilities.add(capability(each.text), each)
    for each in root.at("securityOpt").items:
        reach.option("--security-opt", each.text or "", each)
    for each in root.at("mounts").items:
        source, target, type_ = (each.at(key).text for key in ("source", "target", "type"))
        text = each.text or f"type={type_ or ''},source={source or ''},target={target or ''}"
        reach.mounts.add(bind_mount(text), each.at("source") or each)
    for key, value, at in options((each.text or "", each) for each in root.at("runArgs").items):
        reach.option(key, value, at)
    _features(spec, root, reach)
    gpu = root.at("hostRequirements", "gpu")
    if gpu.flag or gpu.entries:
        spec.fact(GPU, "shared", gpu.span)
    around = {
        reach.capabilities: root.at("capAdd"),
        reach.switched_off: root.at("securityOpt"),
        reach.mounts: root.at("mounts"),
    }
    reach.state(around)
    spec.environment(
        [*variables(root.at("containerEnv")), *reach.variables],
        "the image, features and a Compose file can set other variables",
    )
    return reach.runtime


def _features(spec: Spec, root: Cursor, reach: RunOptions) -> None:
    """State what the features ask for, as far as they are known here."""
    taken = reach.mounts.left_out or any(f":{HOST_SOCKET}" in each for each in reach.mounts.items)
    for name, feature in root.at("features").entries.items():
        known = _FEATURE.fullmatch(name.lower())
        if known and known[1] == INSIDE:
            spec.default("deployment.privileged", True, f"the feature {INSIDE} asks for it", feature.span)
        elif known and not taken:
            reach.mounts.add(mount(SOCKET, HOST_SOCKET, read_only=False), feature)
