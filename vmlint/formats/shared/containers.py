"""How container engines write sizes, mounts and devices: what Compose files and dev containers have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from vmlint.api import Cursor, Span, Spec, limits

from .computed import is_computed

_RUNTIMES = re.compile(
    r"(?:io\.containerd\.)?(?:run\.)?(?:(?P<kata>kata)(?:-[a-z0-9-]+)?|(?P<gvisor>runsc|gvisor)(?:-[a-z0-9-]+)?"
    r"|(?P<runc>runc)|(?P<crun>crun))(?:\.v[0-9]+)?"
)


def mode_of(runtime: str | None) -> str | None:
    """Return the mode of a runtime by its usual names in the configurations of engines: ``kata-qemu``,
    ``io.containerd.kata-fc.v2``, ``runsc``; ``None`` for any other.
    """
    match = _RUNTIMES.fullmatch(runtime or "")
    return match.lastgroup if match else None


USUAL = frozenset({"nvidia"})
"""Runtimes that prepare a container and hand it to the usual one."""

_CONFINEMENT_OFF = re.compile(
    r"(?:(seccomp|apparmor)[=:](?:unconfined|\"unconfined\")|(label)[=:](?:disable|type[=:]spc_t)"
    r"|(systempaths|unmask)[=:](?:unconfined|ALL|all))"
)
"""Options of an engine that switch a confinement off, in the spelling of Docker or of Podman."""

_OF_THE_HOST = re.compile(r"/|\.{1,2}(?:[\\/:]|$)|~|[a-zA-Z]:[\\/]|\\\\")


def of_the_host(source: str) -> bool:
    """Whether a mount's source is a path of the host. A bare name is a volume of the engine."""
    return _OF_THE_HOST.match(source) is not None


def confinement_off(option: str | None) -> str | None:
    """Return the confinement that a security option switches off, as a manifest names it."""
    match = _CONFINEMENT_OFF.fullmatch(option or "")
    if match is None:
        return None
    return match[1] or ("selinux" if match[2] else "system-paths")


def capability(text: str | None) -> str | None:
    """Return a capability as manifests write it: engines take `CAP_NET_ADMIN` and `net_admin` as well."""
    return text if text is None or is_computed(text) else text.upper().removeprefix("CAP_")


def mount(source: str, target: str, *, read_only: bool) -> str:
    """Write a mount in one line: ``source:target[:ro]``.

    A target may end in what would be an option there: a folder can be called ``h:ro``.
    """
    target = re.sub(r":[^\\/:]*\Z", "", target)
    return f"{source}:{target}{':ro' if read_only else ''}"


def own_profile(option: str | None) -> str | None:
    """Return the seccomp profile that a security option puts in place of the engine's."""
    match = re.fullmatch(r"seccomp[=:](.+)", option or "")
    return match[1] if match and match[1] != "unconfined" and not is_computed(match[1]) else None


def named_pairs(settings: Cursor) -> Iterator[tuple[str | None, Cursor]]:
    """Yield settings as ``name=value`` with their places: a block, a list of ``name=value``, or soft and hard limits.

    A program may raise its own limit as far as the hard one, but few do: the soft one counts.
    """
    for name, value in settings.entries.items():
        text = value.text if value.text is not None else value.at("soft").text
        yield (f"{name}={text}" if text and not is_computed(text) else text), value
    for each in settings.items:
        yield (each.text if each.text and "=" in each.text else None), each


def words(spec: Spec, *parts: Cursor, of_each: int = 0) -> None:
    """State the words of the command, from entry point and arguments: each a list, or one text that a shell splits.

    Of several containers, ``of_each`` says how many parts each has; a semicolon stands between their words, and before
    those of others than the first where that has none.
    """
    found: list[str] = []
    for number, part in enumerate(parts):
        if of_each and number and number % of_each == 0 and found[-1:] != [";"]:
            found.append(";")
        found += [word for word in ([each.text for each in part.items] or split(part.text)) if word]
    if found[-1:] == [";"]:
        found.pop()
    command(spec, found, next((part.span for part in reversed(parts) if part.given), None))


def command(spec: Spec, found: Sequence[str], at: Span | None) -> None:
    """State the words of the command, all at one place."""
    if found and at:
        spec.entries("deployment.command", ((word, at) for word in found[: limits.MEMBERS]), at)


def split(text: str | None) -> list[str]:
    """Return the words of a text that a shell would split, without its quotes."""
    return re.findall(r"[^\s\"']+", text or "")


def soft_limit(text: str) -> str | None:
    """Return a limit that is written ``name=soft:hard`` with the soft one; nothing for ``host`` and the like."""
    name, found, value = text.partition("=")
    soft = value.partition(":")[0]
    return f"{name}={'-1' if soft == 'unlimited' else soft}" if found else None


class Placed(Protocol):
    """A value with its place in the file."""

    @property
    def span(self) -> Span:
        """Its place."""


class Listed:
    """A list that a file gives item by item, in one place or in several: the literal ones are stated together."""

    def __init__(self, spec: Spec, path: str) -> None:
        self.spec, self.path = spec, path
        self.items: dict[str, Placed] = {}
        self.left_out = False

    def add(self, text: str | None, at: Placed) -> None:
        """Add an item. A computed one is left out and recorded."""
        if text and not is_computed(text):
            self.items.setdefault(text, at)
        elif text:
            self.left_out = True

    def state(self, around: Placed | None = None) -> None:
        """State the items: at the only one, or else at ``around``, or else at the first."""
        if self.items:
            at = around.span if around and len(self.items) > 1 else None
            self.spec.entries(self.path, ((text, each.span) for text, each in self.items.items()), at)
        elif self.left_out:
            self.spec.unknown(self.path, "it is filled in elsewhere")
