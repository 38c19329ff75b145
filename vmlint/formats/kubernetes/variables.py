"""The environment variables of a pod's first container."""

from __future__ import annotations

from vmlint.api import Cursor, Spec

from ..shared.computed import is_computed
from ..shared.variables import HOLDS_SETTINGS, holds_settings
from .pod import Pod

OBJECTS = ("configMap", "secret", "projected")
"""Kinds of volumes that hold the files of other objects."""


def variables(spec: Spec, pod: Pod) -> None:
    """State the environment variables of the first container."""
    if not pod.containers:
        return
    first = pod.containers[0]
    found = []
    for each in first.at("env").items:
        name, value = each.at("name").text, each.at("value").text or ""
        if name:
            hidden = each.at("valueFrom") or is_computed(value)
            found.append((name, None if hidden else value, (each.at("value") or each.at("name")).span))
    spec.environment(found, _more(pod, first))


def _more(pod: Pod, container: Cursor) -> str:
    """Return why a container may have variables that the pod does not show; empty where it has none."""
    if container.at("envFrom"):
        return "`envFrom` takes variables from other objects"
    if not pod.whole:
        return "the object that this one completes may set others"
    mounted = {each.at("name").text: each.at("mountPath").text for each in container.at("volumeMounts").items}
    for volume in pod.spec.at("volumes").items if mounted else ():
        path = mounted.get(volume.at("name").text)
        if path and any(map(volume.at, OBJECTS)):
            return "files of other objects are put into the container, which can set what variables set"
    covered = next((path for path in mounted.values() if holds_settings(path)), None)
    return HOLDS_SETTINGS.format(covered) if covered else ""
