"""The options that a kernel was built with: /boot/config-…, a ``.config``, or /proc/config.gz as it is."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from vmlint.api import File, Problem, Span, Spec, Unreadable, kernel_options, limits

from ..shared.hosts import platform

_LINE = re.compile(r"^(?:CONFIG_(\w+)=(.*)|# CONFIG_(\w+) is not set)$")
_HEAD = re.compile(r"^# Linux/(\S+) (\d+\.\d+\S*) Kernel Configuration", re.M)
_ARCHES = {"x86": "amd64", "x86_64": "amd64", "arm64": "arm64", "arm": "arm", "riscv": "riscv64", "s390": "s390x"}
_GZIP = b"\x1f\x8b"
_START = Span(1, 1, 1, 2)


def recognises(file: File) -> bool:
    """Recognise the text by its options, of which a kernel has thousands."""
    try:
        text = _text(file)
    except Unreadable:
        return file.data.startswith(_GZIP) and "config" in file.base.lower()
    return len(re.findall(r"^(?:CONFIG_\w+=|# CONFIG_\w+ is not set$)", text[:65_536], re.M)) >= 3


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named."""
    text = _text(file)
    if file.data.startswith(_GZIP):
        file.shown = File(file.name, text.encode())
    spec = Spec("", file.shown.span(1))
    if head := _HEAD.search(text):
        at = file.shown.span(text.count("\n", 0, head.start()) + 1)
        # The configuration of x86 has the same name for 32 bits.
        if head[1] not in ("x86", "arm", "riscv") or "\nCONFIG_64BIT=y\n" in text:
            spec.fact("host.platform", platform("linux", _ARCHES.get(head[1], head[1])), at)
    found: dict[str, tuple[str, Span]] = {}
    wanted = kernel_options()
    for number, line in enumerate(text.split("\n"), 1):
        match = _LINE.match(line.rstrip("\r"))
        if match is None:
            continue
        name, value = (match[1], match[2].strip('"')) if match[1] else (match[3], "n")
        if name in wanted:
            found[name] = value, Span(number, 1, number, len(line) + 1)
    for name in wanted:
        found.setdefault(name, ("n", _START))
    spec.entries("host.kernel.config", ((f"{name}={value}", at) for name, (value, at) in sorted(found.items())))
    yield spec


def _text(file: File) -> str:
    """Return the text, unpacked as far as the limit. Raises ``Unreadable``."""
    if not file.data.startswith(_GZIP):
        return file.text
    unpacking = zlib.decompressobj(wbits=31)
    try:
        data = unpacking.decompress(file.data, limits.HOST_BYTES + 1)
    except zlib.error as error:
        raise Unreadable(Problem("VM902", f"it cannot be unpacked: {error}", _START)) from None
    if len(data) > limits.HOST_BYTES:
        raise Unreadable(Problem("VM904", f"it unpacks to more than {limits.HOST_BYTES // 2**20} MiB", _START))
    if not unpacking.eof:
        raise Unreadable(Problem("VM902", "it is cut off: the end of the packed file is missing", _START))
    return data.decode("utf-8", "replace")
