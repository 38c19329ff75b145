"""What the files of container engines demand of their host: CPUs by number, a runtime by name, ports."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vmlint.api import Span, Spec

from .computed import is_computed
from .containers import Placed

PRIVILEGED_PORTS = 1024
"""The first port that anybody may open, unless the host's kernel is told otherwise."""

_CPUS = re.compile(r"[0-9]{1,5}(?:-[0-9]{1,5})?(?:,[0-9]{1,5}(?:-[0-9]{1,5})?){0,99}")
_PARAMETER = re.compile(r"[a-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
_RUNTIME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_+-]*")
_PUBLISHED = re.compile(r"(?:.*:)?([0-9]{1,5})(?:-[0-9]{1,5})?:[0-9-]+(?:/(?:tcp|udp|sctp))?")
_EXACT = re.compile(r"([0-9]{1,5})(?:-[0-9]{1,5})?")


def set_of_cpus(spec: Spec, text: str | None, at: Placed) -> None:
    """State that CPUs are named by their numbers, as ``0-3,8``: the host must have the highest of them."""
    if text and _CPUS.fullmatch(text):
        highest = max(int(number) for number in re.findall(r"[0-9]+", text))
        if highest:
            spec.need(f"capacity.cpus>={highest + 1}", at.span)


def runtime_by_name(spec: Spec, name: str | None, at: Placed) -> None:
    """State that a runtime is named that the engine has to know. Shims of containerd it finds by their name."""
    if name and not is_computed(name) and _RUNTIME.fullmatch(name):
        spec.need(f"engine.runtime.{name}", at.span)


def own_parameters(spec: Spec, pairs: Iterable[tuple[str, Span]]) -> None:
    """State that parameters of the kernel, each ``name=value``, are to be the container's own."""
    for pair, at in pairs:
        name = pair.partition("=")[0].strip().replace("/", ".")
        if _PARAMETER.fullmatch(name):
            spec.need(f"kernel.own-sysctl.{name}", at)


def published(spec: Spec, text: str | None, at: Placed, *, exact: bool = False) -> None:
    """State a port of the host that is published, where it is one that not everybody may open.

    ``text`` is one of ``-p``, such as ``127.0.0.1:80:8080/tcp``; with ``exact`` the port of the host alone.
    """
    match = (_EXACT if exact else _PUBLISHED).fullmatch(text) if text and len(text) < 100 else None
    if match and 0 < int(match[1]) < PRIVILEGED_PORTS:
        spec.need(f"net.port.{int(match[1])}", at.span)
