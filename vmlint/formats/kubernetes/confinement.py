"""What confines the containers of a pod, where it is switched off, and containers that run on their node itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vmlint.api import Cursor, Span, Spec

from ..shared.paths import HOST_PROCESS, UNCONFINED

PROFILES = frozenset({"RuntimeDefault", "Localhost"})
"""Kinds of seccomp profiles: the one of the engine, or a file on the node."""
APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
"""Annotation for a container's profile, before there was a field."""


def confinement(spec: Spec, metadata: Cursor, pod: Cursor, containers: Sequence[Cursor], *, whole: bool) -> None:
    """State it for a pod. A container's own setting counts before that of its pod."""
    contexts = [pod.at("securityContext"), *(each.at("securityContext") for each in containers)]
    switched_off = dict(reversed([*_switched_off(contexts), *_by_annotation(metadata)]))
    if switched_off:
        spec.entries(UNCONFINED, reversed(switched_off.items()))
    elif whole:
        spec.default(UNCONFINED, [], "the API switches nothing off where a pod is silent")
    profile = next(
        (kind for context in contexts if (kind := context.at("seccompProfile", "type")).text in PROFILES), None
    )
    if profile is not None:
        spec.fact("deployment.seccompProfile", profile.text, profile.span)
    kinds = [context.at("appArmorProfile", "type") for context in contexts]
    asked = next((kind for kind in kinds if kind.text in PROFILES), None)
    if asked is not None:
        spec.need("lsm.apparmor", asked.span)
    if pod.at("hostUsers").flag is False:
        spec.need("kernel.idmapped-tmpfs", pod.at("hostUsers").span)
    on_the_node = [context.at("windowsOptions", "hostProcess") for context in contexts]
    given = next((flag for flag in on_the_node if flag.flag), None)
    if given:
        spec.fact(HOST_PROCESS, True, given.span)
    elif whole and not any(flag.given and flag.flag is None for flag in on_the_node):
        spec.default(HOST_PROCESS, False, "the API takes it for false where a pod is silent")


def own_confinement(metadata: Cursor, pod: Cursor, container: Cursor) -> Iterator[str]:
    """Yield the confinements that are switched off for one container, and ``seccompProfile`` where it has one."""
    contexts = (pod.at("securityContext"), container.at("securityContext"))
    kinds = (context.at("seccompProfile", "type").text for context in reversed(contexts))
    profile = next((kind for kind in kinds if kind), "")
    for name, _ in _switched_off(contexts):
        if name != "seccomp" or profile == "Unconfined":
            yield name
    if metadata.at("annotations", f"{APPARMOR}{container.at('name').text}").text == "unconfined":
        yield "apparmor"
    if profile in PROFILES:
        yield "seccompProfile"


def _switched_off(contexts: Sequence[Cursor]) -> Iterator[tuple[str, Span]]:
    for context in contexts:
        for name, key in (("seccomp", "seccompProfile"), ("apparmor", "appArmorProfile")):
            kind = context.at(key, "type")
            if kind.text == "Unconfined":
                yield name, kind.span
        if context.at("procMount").text == "Unmasked":
            yield "system-paths", context.at("procMount").span
        label = context.at("seLinuxOptions", "type")
        if label.text in ("spc_t", "container_runtime_t"):
            yield "selinux", label.span


def _by_annotation(metadata: Cursor) -> Iterator[tuple[str, Span]]:
    for key, profile in metadata.at("annotations").entries.items():
        if key.startswith(APPARMOR) and profile.text == "unconfined":
            yield "apparmor", profile.span
