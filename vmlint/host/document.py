"""The facts of this machine, as a ``kind: Host`` document: read from files, without root, network or other programs.

A fact that is not certain is left out, which means unknown. Each fact has a comment with its source. Linux is read
below a root folder, so a recorded tree works like a running machine.
"""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.host.kernel import refused
from vmlint.host.linux import is_version, linux
from vmlint.host.root import Fact, Root
from vmlint.model.values import OciPlatform, Size
from vmlint.patterns import lazy_pattern
from vmlint.words import as_label, as_text, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from vmlint.reading.host_facts import HostFacts

_WIDTH = 118


def document(
    root: Path = Path("/"),
    machine: platform.uname_result | None = None,
    name: str | None = None,
    is_secret: Callable[[str], bool] = lambda _: False,
) -> str:
    """Return the facts of a machine as a YAML document that ``schemas/host.json`` accepts.

    ``machine`` replaces the data of the operating system, ``name`` the name of the host. ``is_secret`` says of the name
    of a kernel parameter whether its value is hidden.
    """
    machine = machine or platform.uname()
    facts = linux(Root(root), machine.machine) if machine.system == "Linux" else _elsewhere(machine)
    text = _written(
        name or as_label(machine.node.partition(".")[0], "this-machine"),
        [*_both(machine), *_without_secrets(facts, is_secret)],
    )
    left = refused(Root(root)) if machine.system == "Linux" else []
    return text + "".join(f"# needs root: {fact} ({path})\n" for fact, path in left)


def of_hosts(hosts: Iterable[HostFacts], is_secret: Callable[[str], bool] = lambda _: False) -> str:
    """Return a document for each host that other tools describe, with the place of each fact as a comment."""
    return "---\n".join(
        _written(
            as_label(facts.name, "host"),
            [*_without_secrets(_stated(facts), is_secret)],
            ("What holds for every host of a cluster" if facts.of_cluster else "The facts of one machine")
            + f", from {listed(file.name for file in facts.files)}.",
        )
        for facts in hosts
    )


def _stated(facts: HostFacts) -> Iterator[Fact]:
    for field, value in facts.host.all_stated():
        if isinstance(value, (frozenset, tuple)):
            texts = [as_text(each) for each in value]
            value = texts if isinstance(value, tuple) else sorted(texts)
        elif not isinstance(value, (bool, int)) or isinstance(value, Size):
            value = as_text(value)
        place = facts.places.exact(field.path)
        yield Fact(field.path.removeprefix("host."), value, f"{place.file}:{place.line}" if place else "")


def _without_secrets(facts: Iterable[Fact], is_secret: Callable[[str], bool]) -> Iterator[Fact]:
    for fact in facts:
        if fact.path in ("kernel.cmdline", "kernel.sysctls") and isinstance(fact.value, list):
            parts = [word.partition("=") for word in fact.value]
            shown = [
                f"{name}=***" if equals and _hides(name, text, is_secret) else name + equals + text
                for name, equals, text in parts
            ]
            yield fact._replace(value=shown)
        else:
            yield fact


def _hides(name: str, text: str, is_secret: Callable[[str], bool]) -> bool:
    """Whether a parameter holds a secret: by its name, the last part of that, or a name within (``setenv=TOKEN=…``)."""
    inside = [part.lstrip("-") for part in re.findall(r"(?<![\w.-])[\w.-]+(?==)|--[\w-]+", text)]
    return any(map(is_secret, (name, name.rpartition(".")[2], name.rpartition("_")[2], *inside)))


def _both(machine: platform.uname_result) -> Iterator[Fact]:
    try:
        yield Fact("platform", str(OciPlatform.parse(f"{machine.system}/{machine.machine}")), "uname")
    except ValueError:
        return


def _elsewhere(machine: platform.uname_result) -> Iterator[Fact]:
    """Yield what the standard library knows about macOS, Windows and the BSDs."""
    system = {"darwin": "macos"}.get(machine.system.lower(), machine.system.lower())
    version = platform.mac_ver()[0] if system == "macos" else ""
    if system == "macos" and int(version.partition(".")[0] or 0) >= 11:
        yield Fact("os.id", f"macos{version.partition('.')[0]}", "platform.mac_ver")
    yield Fact("os.family", _FAMILIES.get(system, "other"), "uname")
    if is_version(version):
        yield Fact("os.version", version, "platform.mac_ver")
    if system == "windows" and is_version(machine.version):
        yield Fact("os.build", machine.version, "platform.version")
    elif system != "windows" and is_version(machine.release):
        yield Fact("kernel.version", machine.release, "uname")
    if count := os.cpu_count():
        yield Fact("cpu.count", count, "os.cpu_count")


_FAMILIES = {
    "macos": "darwin", "windows": "windows", "freebsd": "freebsd", "netbsd": "netbsd", "openbsd": "openbsd",
    "aix": "aix",
}  # fmt: skip


def _written(
    name: str, facts: Sequence[Fact], what: str = "The facts of one machine, as `vmlint host` read them."
) -> str:
    """Write the document; facts of one group must follow each other."""
    lines = [
        f"# {_printable(what)} What could not be read is left out: it is unknown.",
        "apiVersion: vmlint/v1",
        "kind: Host",
        "metadata:",
        f"  name: {_scalar(name)}",
        "spec:",
    ]
    group: list[str] = []
    for fact in facts:
        *heads, leaf = fact.path.split(".")
        if heads != group:
            lines += [f"  {head}:" for head in heads]
            group = heads
        lines += _field("  " * (len(heads) + 1), leaf, fact)
    return "\n".join(lines) + "\n"


def _field(indent: str, key: str, fact: Fact) -> list[str]:
    origin = _printable(fact.origin)
    if isinstance(fact.value, (str, bool, int)):
        return [f"{indent}{key}: {_scalar(fact.value)}  # {origin}"]
    words = [_scalar(word) for word in fact.value]
    whole = f"{indent}{key}: [{', '.join(words)}]  # {origin}"
    if len(whole) <= _WIDTH:
        return [whole]
    first, *more = _wrapped(words, _WIDTH - len(indent) - 4)
    lines = [f"{indent}{key}:  # {origin}", f"{indent}  [{first}", *(f"{indent}   {line}" for line in more)]
    return [*lines[:-1], f"{lines[-1]}]"]


def _wrapped(words: list[str], width: int) -> list[str]:
    lines = [""]
    for place, word in enumerate(words):
        word += "," if place < len(words) - 1 else ""
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return lines


def _scalar(value: str | bool | int) -> str:
    if isinstance(value, (bool, int)):
        return as_text(value)
    if _PLAIN.fullmatch(value) and value not in _FLAGS:
        return value
    return '"' + "".join(_character(char) for char in value) + '"'


_PLAIN = lazy_pattern(r"[a-z][a-z0-9_/.-]*|\d+Ki", re.A)
_FLAGS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def _character(char: str) -> str:
    """Write a character inside quotes; anything but printable ASCII is escaped."""
    if " " <= char <= "~":
        return f"\\{char}" if char in '"\\' else char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
