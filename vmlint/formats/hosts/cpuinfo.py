"""The processors of a machine, as /proc/cpuinfo shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Spec, Unreadable, core_names, read_cpuinfo, split_lines

from ..shared.hosts import flags, maker

_X86 = ("vendor_id", "flags")
_ARM = ("CPU implementer", "Features")
_TAKEN = re.compile(r"(?:vendor_id|model name|flags|Features|CPU (?:implementer|architecture|variant|part))\s*:\s")
"""A line that is taken from the file by itself, to see one fact."""
_EXTENSIONS = frozenset({"vmx", "svm"})
"""Flags of processors that run virtual machines; a virtual machine has one where its own hypervisor passes it on."""
_OF_64_BITS = frozenset({"fp", "asimd"})
"""Flags that every processor of Arm shows to 64-bit programs, and none to those of 32 bits, which see other words."""
_MAKERS = {"0x41": "arm", "0x61": "apple"}
"""Implementers of processors of Arm; all others are other ones."""


def recognises(file: File) -> bool:
    """Recognise the file by its first lines: a number of a processor, and the key of its maker or its flags.

    Lines that ``grep`` took from it have nothing but such keys.
    """
    try:
        head = file.text[:20_000]
    except Unreadable:
        return False
    lines = [line for line in split_lines(head) if line.strip()]
    if lines and all(map(_TAKEN.match, lines)):
        return True
    return re.search(r"^processor\t+: ?\d+$", head, re.M) is not None or (
        re.search(r"^processor\s*: ?\d+\s*$", head, re.M) is not None
        and re.search(r"^(?:flags|Features|vendor_id|CPU implementer)\s*:", head, re.M) is not None
    )


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which the file does not name."""
    found = read_cpuinfo(file.text, copied=True)
    lines = {key: file.span(line) for key, (_, line) in found.words.items()}
    words = {key: text for key, (text, _) in found.words.items()}
    spec = Spec("", file.span(1))
    spec.part = not found.processors
    if "vendor_id" in words:
        spec.fact("host.cpu.vendor", maker(words["vendor_id"]), lines["vendor_id"])
    elif "CPU implementer" in words:
        at = lines["CPU implementer"]
        spec.fact("host.cpu.vendor", _MAKERS.get(words["CPU implementer"].lower(), "other"), at)
    if words.get("model name"):
        spec.fact("host.cpu.model", words["model name"], lines["model name"])
    if found.processors and not _lacks_some(file.text, words.get("siblings", "")):
        spec.fact("host.cpu.count", found.processors, lines.get("processor"))
    if found.flags and "flags" in words:
        flags(spec, found.flags, lines["flags"], some=found.some)
        nests = not found.flags.isdisjoint(_EXTENSIONS)
        if "hypervisor" in found.flags and (nests or not found.some):
            spec.fact("host.nestedVirtualization", nests, lines["flags"])
        spec.fact("host.virtualized", True if "hypervisor" in found.flags else None, lines["flags"])
        narrow = None if found.some else "linux/386"
        spec.fact("host.platform", "linux/amd64" if "lm" in found.flags else narrow, lines["flags"])
    elif found.flags and "Features" in words:
        flags(spec, found.flags, lines["Features"], some=found.some)
        if words.get("CPU architecture") == "8" and found.flags >= _OF_64_BITS:
            spec.fact("host.platform", "linux/arm64", lines["CPU architecture"])
    if "CPU part" in words:
        spec.fact("host.cpu.model", core_names(found.parts) or None, lines["CPU part"])
    yield spec


def _lacks_some(text: str, siblings: str) -> bool:
    """Whether processors may be missing at the end: the last one is not whole, or the first one's package has more.

    The latter is also so in a container that is given some of them.
    """
    blocks = [{*_KEY.findall(block)} for block in _PROCESSOR.split(text)[1:]]
    if not text.endswith("\n") or (siblings.isdecimal() and int(siblings[:9]) > len(blocks)):
        return True
    return not blocks[-1] >= blocks[0] or (len(blocks) == 1 and not blocks[0] & _LAST_KEYS)


_PROCESSOR = re.compile(r"^processor\s*:", re.M)
_KEY = re.compile(r"^(\w[\w ]*?)(?<! )\s*+:", re.M)
_LAST_KEYS = frozenset({"power management", "CPU revision"})
"""With which what the kernel says of a processor ends."""
