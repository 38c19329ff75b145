"""Parameters of a kernel, as ``sysctl -a`` prints them, or as /etc/sysctl.d sets them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vmlint.api import File, Span, Spec, Unreadable, settings, split_lines

from ..shared.hosts import number

_NAME = re.compile(r"^-?(?:kernel|vm|fs|net|user|dev|abi|crypto|debug)[./][\w./*-]+\s*=", re.M)


_WHOLE = 200
"""Lines from which on it is no extract; ``sysctl -a`` prints about a thousand."""


def recognises(file: File) -> bool:
    """Recognise the text by its lines, which nearly all name a parameter."""
    try:
        lines = [line.strip() for line in split_lines(file.text[:65_536])]
    except Unreadable:
        return False
    said = [line for line in lines if line and line[0] not in "#;" and not line.startswith("sysctl:")]
    own = sum(bool(_NAME.match(line)) for line in said)
    return own > 0 and own * 10 >= len(said) * 9


_USER_NAMESPACES = {
    "user.max_user_namespaces": "0",
    "kernel.unprivileged_userns_clone": "0",
    "kernel.apparmor_restrict_unprivileged_userns": "1",
}
"""Parameters -> the value with which ordinary users may create no user namespaces."""


def _user_namespaces(set_to: Mapping[str, tuple[str, Span]], *, whole: bool) -> tuple[bool, Span] | None:
    """Return whether ordinary users may create user namespaces, and where that is said; ``None`` where it is not."""
    against = [at for name, (value, at) in set_to.items() if value == _USER_NAMESPACES[name]]
    if against:
        return False, against[0]
    most = set_to.get("user.max_user_namespaces")
    return (True, most[1]) if most and whole else None  # an extract may leave the others out


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named."""
    spec = Spec("", file.span(1))
    spec.part = len(file.lines) < _WHOLE
    found: dict[str, tuple[str, Span]] = {}
    set_to: dict[str, tuple[str, Span]] = {}
    for each in settings(file.text):
        name = each.key.lstrip("-").strip()
        if "/" in name.partition(".")[0]:
            name = name.replace("/", ".")
        value = " ".join(each.value.split())
        if name in _USER_NAMESPACES and value:
            set_to[name] = value, each.at
        if name == "kernel.osrelease":
            spec.fact("host.kernel.version", number(value), each.at)
        elif value:
            found[name] = value, each.at

    def parameters(wanted: frozenset[str]) -> Iterator[tuple[str, Span]]:
        for name in sorted(wanted & found.keys()):
            yield f"{name}={found[name][0]}", found[name][1]

    spec.ask("host.kernel.sysctls", parameters)
    if (allowed := _user_namespaces(set_to, whole=not spec.part)) is not None:
        spec.fact("host.security.userNamespaces", *allowed)
    yield spec
