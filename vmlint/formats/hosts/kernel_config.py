"""The options that a kernel was built with: /boot/config-…, a ``.config``, or /proc/config.gz as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Span, Spec, Unreadable, read_kernel_config, split_lines, unpacked

from ..shared.hosts import platform

_HEAD = re.compile(r"^# Linux/(\S+) (\d+\.\d\S*) Kernel Configuration", re.M)
_OPTION = re.compile(r"CONFIG_\w+=|# CONFIG_\w+ is not set$")
_ENOUGH = 3
"""Options from which on there may be other lines, too; of fewer, as ``grep`` takes them, each line is one."""
_ARCHES = {"x86": "amd64", "x86_64": "amd64", "arm64": "arm64", "arm": "arm", "riscv": "riscv64", "s390": "s390x"}
_WHOLE = 200
"""Lines from which on it is no extract; a kernel has thousands."""
_GZIP = b"\x1f\x8b"


def recognises(file: File) -> bool:
    """Recognise the text by its options, of which a kernel has thousands."""
    try:
        text = _text(file)
    except Unreadable:
        return file.data.startswith(_GZIP) and "config" in file.base.lower()
    lines = [line for line in split_lines(text[:65_536]) if line.strip()]
    options = sum(_OPTION.match(line) is not None for line in lines)
    return options >= _ENOUGH or 0 < options == len(lines)


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named."""
    text = _text(file)
    if file.data.startswith(_GZIP):
        file.shown = File(file.name, text.encode())
    spec = Spec("", file.shown.span(1))
    spec.part = text.count("\n") < _WHOLE
    if head := _HEAD.search(text):
        at = file.shown.span(text.count("\n", 0, head.start()) + 1)
        # The configuration of x86 has the same name for 32 bits.
        if head[1] not in ("x86", "arm", "riscv") or "\nCONFIG_64BIT=y\n" in text:
            spec.fact("host.platform", platform("linux", _ARCHES.get(head[1], head[1])), at)

    def options(wanted: frozenset[str]) -> Iterator[tuple[str, Span]]:
        for name, value, line in read_kernel_config(text, wanted):
            yield f"{name}={value}", file.shown.span(line)

    spec.ask("host.kernel.config", options)
    yield spec


def _text(file: File) -> str:
    """Return the text, unpacked as far as the limit. Raises ``Unreadable``."""
    return unpacked(file.data) if file.data.startswith(_GZIP) else file.text
