"""A vmlint plugin with a reader for the inventory of ACME Racks, a fictitious tool:

    # rack 7
    machine: till-7
      hypervisor = kvm
      memory = 4096
      guest = Windows Server 2022
      cpus = ${CPUS}

Name this module in the entry-point group `vmlint` of your package, and `vmlint check` reads such files:

    [project.entry-points.vmlint]
    acme-racks = "acme_vmlint_reader"
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Problem, Reader, Skipped, Span, Spec, Unreadable, hookimpl

HEAD, SETTING = re.compile(r"machine:\s*(\S+)\s*$"), re.compile(r"\s+(\w+)\s*=\s*(.*?)\s*$")
FIELDS = {"hypervisor": "deployment.platform", "memory": "resources.memory", "cpus": "resources.cpu"}
GUESTS = {"Windows Server 2022": "win2k22", "Debian 12": "debian12"}


def recognises(file: File) -> bool:
    """Whether a file is an inventory, by its name and its content."""
    return file.base.endswith(".racks") and any(HEAD.match(line) for line in file.lines)


def read(file: File) -> Iterator[Spec]:
    """Yield each machine with its facts and the place of each value."""
    if "{{" in file.text:
        raise Skipped("a template: lint what it renders to")
    spec: Spec | None = None
    for number, line in enumerate(file.lines, 1):
        if head := HEAD.match(line):
            if spec is not None:
                yield spec
            spec = Spec(head[1], file.span(number, head.start(1) + 1, len(head[1])))
            spec.default("deployment.firmware.type", "uefi", "ACME Racks starts every machine with UEFI")
        elif (setting := SETTING.match(line)) and spec is not None:
            state(spec, setting[1], setting[2], file.span(number, setting.start(2) + 1, len(setting[2])))
        elif line.strip() and not line.lstrip().startswith("#"):
            raise Unreadable(Problem("VM903", "neither a machine nor a setting of one", file.span(number)))
    if spec is not None:
        yield spec


def state(spec: Spec, key: str, text: str, at: Span) -> None:
    """State the fact of one setting. A computed value is unknown, never an error."""
    if key == "guest":
        spec.fact("guest.os", GUESTS.get(text), at)
    elif key in FIELDS and "${" in text:
        spec.unknown(FIELDS[key], f"{text} is set when the machine is started")
    elif key in FIELDS:
        spec.fact(FIELDS[key], f"{text}Mi" if key == "memory" else text, at)


@hookimpl
def vmlint_readers() -> list[Reader]:
    """Return the readers of this plugin."""
    return [Reader("acme-racks", "ACME Racks inventory", ("*.racks",), recognises, (b"machine:",), read)]
