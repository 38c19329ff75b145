"""What a pod is given of its node's rights, and which of its containers are not given what another one is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Cursor, Span, Spec, limits

from ..shared.computed import is_computed
from .confinement import own_confinement
from .pod import API_DEFAULT, Pod


def rights(spec: Spec, pod: Pod) -> None:
    """State what any container of a pod is given, and for whose image that does not hold."""
    contexts = [container.at("securityContext") for container in pod.everything]
    windows = [pod.spec.at("securityContext"), *contexts]
    if pod.spec.at("hostUsers").flag is False:
        why = "the pod has its own users (hostUsers: false), so its rights end at the pod"
        spec.unknown("deployment.privileged", why)
        spec.unknown("deployment.capabilities", why)
        return
    flags = [context.at("privileged") for context in contexts]
    privileged = next((flag for flag in flags if flag.flag), None)
    if privileged is None and any(context.at("windowsOptions", "hostProcess").flag for context in windows):
        spec.unknown("deployment.privileged", "a HostProcess container runs on its Windows node itself")
        return
    if privileged is not None:
        spec.fact("deployment.privileged", True, privileged.span)
    elif any(flag.given and flag.flag is None for flag in flags):
        spec.unknown("deployment.privileged", "it is filled in elsewhere, or neither true nor false")
    elif pod.whole:
        spec.default("deployment.privileged", False, API_DEFAULT.format("false"))
    added = [each for context in contexts for each in context.at("capabilities", "add").items if each.text]
    literal = [each for each in added if not is_computed(each.text or "")]
    if literal:
        names = (((each.text or "").upper().removeprefix("CAP_"), each.span) for each in literal)
        spec.entries("deployment.capabilities", names)
    elif added:
        spec.unknown("deployment.capabilities", "they are filled in elsewhere")
    elif pod.whole:
        spec.default("deployment.capabilities", [], API_DEFAULT.format("none"))
    if len(contexts) > 1:
        spec.entries("deployment.exceptions", (each for each in _exceptions(pod) if _can_be_said(each[0])))


def _can_be_said(text: str) -> bool:
    """Whether a manifest can have such an entry. One that cannot be said must not take the others with it."""
    return len(text) <= limits.FEATURE_CHARACTERS and bool(re.fullmatch(r"[A-Za-z0-9_./*-]+=[ -~]*", text))


def _exceptions(pod: Pod) -> Iterator[tuple[str, Span]]:
    """Yield what an image is not given although another container is, with the place of the image.

    Of containers with the same image, each is taken to be given what one of them is.
    """
    given: dict[str, set[str]] = {}
    places: dict[str, Span] = {}
    for container in pod.everything:
        image = container.at("image")
        if image.text and not is_computed(image.text):
            given.setdefault(image.text, set()).update(_given(pod, container))
            places.setdefault(image.text, image.span)
    anything = sorted(set().union(*given.values()))
    if len(anything) * len(given) > limits.MEMBERS:
        return  # nobody writes such a pod: each image is judged as if it was given everything
    for reference, at in places.items():
        if ANY not in given[reference]:
            yield from ((f"{name}={reference}", at) for name in anything if name not in given[reference])


ANY = "privileged"
"""What stands for all other rights, too."""


def _given(pod: Pod, container: Cursor) -> Iterator[str]:
    context = container.at("securityContext")
    if context.at("privileged").flag or is_computed(context.at("privileged").text):
        yield ANY
    for each in context.at("capabilities", "add").items:
        if each.text:
            yield each.text.upper().removeprefix("CAP_")
    yield from own_confinement(pod.metadata, pod.spec, container)
