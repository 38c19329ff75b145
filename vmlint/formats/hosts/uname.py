"""What ``uname -a`` and ``systemd-detect-virt`` print, each a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Spec, Unreadable

from ..shared.hosts import CONTAINERS, HYPERVISORS, OTHER_CONTAINERS, number, platform, runs_in, short_name

_LINE = re.compile(r"(Linux|Darwin|FreeBSD|NetBSD|OpenBSD) (\S+) (\d+\.\S+) (.*)")
_MACHINE = re.compile(
    r"\b(x86_64|amd64|aarch64|arm64|armv[5-8]\w*|i[3-6]86|ppc64le|ppc64|s390x|riscv64|loongarch64|mips64|mips)\b"
)
_WORDS = {"none", *CONTAINERS, *HYPERVISORS, *OTHER_CONTAINERS}


def recognises(file: File) -> bool:
    """Recognise the one line, or the one word."""
    try:
        text = file.text[:2_048].strip()
    except Unreadable:
        return False
    return len(text) < 1_000 and (text in _WORDS or (_LINE.fullmatch(text) is not None and "\n" not in text))


def read(file: File) -> Iterator[Spec]:
    """Yield the machine."""
    text = file.text.strip()
    line = 1 + file.text[: file.text.index(text)].count("\n")
    at = file.span(line)
    match = _LINE.fullmatch(text)
    if match is None:
        spec = Spec("", at)
        runs_in(spec, text, at)
        yield spec
        return
    family = match[1].lower()
    spec = Spec(short_name(match[2]), at)
    spec.fact("host.os.family", family, at)
    machines = _MACHINE.findall(match[4])
    if machines:
        spec.fact("host.platform", platform(family, machines[-1]), at)
    spec.fact("host.kernel.version", number(match[3]), at)
    if family == "linux":
        spec.fact("host.kernel.realtime", bool(re.search(r"\bPREEMPT[_ ]RT\b", match[4])), at)
    yield spec
