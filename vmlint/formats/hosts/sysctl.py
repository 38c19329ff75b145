"""Parameters of a kernel, as ``sysctl -a`` prints them, or as /etc/sysctl.d sets them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Span, Spec, Unreadable, settings

from ..shared.hosts import number

_NAME = re.compile(r"^-?(?:kernel|vm|fs|net|user|dev|abi|crypto|debug)[./][\w./*-]+\s*=", re.M)


def recognises(file: File) -> bool:
    """Recognise the text by its lines, which nearly all name a parameter."""
    try:
        lines = [line.strip() for line in file.text[:65_536].splitlines()]
    except Unreadable:
        return False
    said = [line for line in lines if line and line[0] not in "#;" and not line.startswith("sysctl:")]
    own = sum(bool(_NAME.match(line)) for line in said)
    return own > 0 and own * 10 >= len(said) * 9


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named."""
    spec = Spec("", file.span(1))
    found: dict[str, tuple[str, Span]] = {}
    for each in settings(file.text):
        name = each.key.lstrip("-").strip()
        if "/" in name.partition(".")[0]:
            name = name.replace("/", ".")
        value = " ".join(each.value.split())
        if name == "kernel.osrelease":
            spec.fact("host.kernel.version", number(value), each.at)
        elif value:
            found[name] = value, each.at

    def parameters(wanted: frozenset[str]) -> Iterator[tuple[str, Span]]:
        for name in sorted(wanted & found.keys()):
            yield f"{name}={found[name][0]}", found[name][1]

    spec.ask("host.kernel.sysctls", parameters)
    yield spec
