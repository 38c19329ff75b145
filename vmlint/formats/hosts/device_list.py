"""Device nodes of a machine: ``find /dev -type c -o -type b``, and what ``ls`` prints of some of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Spec, Unreadable, split_lines

from ..shared.hosts import features

_LINE = re.compile(r"(?:[bc][rwxsStT-]{9}[.+@]? .* )?(/dev/[\w./:+-]+)")
_EVERYWHERE = {"/dev/null", "/dev/zero"}
"""Nodes that every Linux has: a list with them is one of all."""
_FEATURES = (
    ("kvm", r"/dev/kvm"), ("tun", r"/dev/net/tun"), ("fuse", r"/dev/fuse"), ("dri", r"/dev/dri/.+"),
    ("kfd", r"/dev/kfd"), ("snd", r"/dev/snd/.+"), ("usb", r"/dev/bus/usb/.+"),
    ("serial", r"/dev/tty(?:USB|ACM|AMA)\d+|/dev/serial/.+"), ("video", r"/dev/video\d+"), ("dvb", r"/dev/dvb/.+"),
    ("i2c", r"/dev/i2c-\d+"), ("gpio", r"/dev/gpiochip\d+"), ("hailo0", r"/dev/hailo0"), ("apex_0", r"/dev/apex_0"),
    ("vhost-net", r"/dev/vhost-net"), ("vhost-vsock", r"/dev/vhost-vsock"), ("loop", r"/dev/loop-control"),
    ("uinput", r"/dev/uinput"), ("input", r"/dev/input/.+"), ("tpm", r"/dev/tpm(?:rm)?0"), ("kmsg", r"/dev/kmsg"),
)  # fmt: skip
"""The last part of a feature's id -> the nodes that show it."""


def recognises(file: File) -> bool:
    """Recognise the list by its lines, each of which is a node or ends with one."""
    try:
        lines = [line.strip() for line in split_lines(file.text[:16_384])[:100] if line.strip()]
    except Unreadable:
        return False
    return bool(lines) and all(map(_LINE.fullmatch, lines[:-1] or lines))


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named. Of a list that is not whole, only what it has is stated."""
    spec = Spec("", file.span(1))
    found: dict[str, int] = {}
    for number, line in enumerate(file.lines, 1):
        if match := _LINE.fullmatch(line.strip()):
            found.setdefault(match[1], number)
    if found.keys() >= _EVERYWHERE:
        spec.entries("host.devices", ((node, file.span(number)) for node, number in found.items()), file.span(1))
    else:
        spec.part = True
        there = {
            name: number for name, shape in _FEATURES for node, number in found.items() if re.fullmatch(shape, node)
        }
        features(spec, ((f"device.{name}", file.span(number)) for name, number in there.items()))
    yield spec
