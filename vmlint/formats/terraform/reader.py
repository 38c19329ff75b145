"""Terraform's and OpenTofu's configuration (`*.tf`, `*.tf.json`): each resource that is a machine or a container.

One file is seen, not its module: variables and what other resources know are unknown, a literal local counts as
its value. How many of a resource there are is known only where count is a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vmlint.api import Block, File, Spec, Term, Unreadable

from ..shared.carriers import is_program
from ..shared.paths import NO_REQUIREMENTS
from ..shared.terms import Resource, is_computed, named
from .containers import CONTAINERS
from .machines import MACHINES

CANNOT_KNOW = NO_REQUIREMENTS

RESOURCES = {**MACHINES, **CONTAINERS}

_BLOCK = re.compile(
    r'^[ \t]*(?:(?:resource|data|ephemeral)[ \t]+"?[\w-]+"?[ \t]+(?:"[^"\n]*"|[\w-]+)[ \t]*\{'
    r'|(?:variable|provider|module|output|check)[ \t]+"?[\w-]+"?[ \t]*\{'
    r"|(?:terraform|locals|moved|import|removed)[ \t]*\{)",
    re.MULTILINE,
)
_MACHINE = re.compile(r'^[ \t]*resource[ \t]+"?([\w-]+)"?[ \t]+(?:"[^"\n]*"|[\w-]+)[ \t]*\{', re.MULTILINE)


_NAMES, _OF_JSON = (".tf", ".tofu"), (".tf.json", ".tofu.json")
_BLOCKS = frozenset(
    {
        "check", "data", "ephemeral", "import", "locals", "module", "moved", "output", "provider", "removed",
        "resource", "terraform", "variable",
    }
)  # fmt: skip
"""Blocks at the top of a configuration."""


def recognises(file: File) -> bool:
    """Recognise a configuration by its name and a block of Terraform's, any other file by a machine that is known."""
    name = file.base.lower()
    try:
        if name.endswith(_OF_JSON):
            roots = [each for root in file.outline for each in root.items or [root]]
            return any(root.entries.keys() & _BLOCKS for root in roots)
        if name.endswith(_NAMES):
            return _BLOCK.search(file.text) is not None or _names_a_machine(file)
        return not is_program(file) and any(match[1] in RESOURCES for match in _MACHINE.finditer(file.text))
    except Unreadable:
        return name.endswith((*_NAMES, *_OF_JSON))


def _names_a_machine(file: File) -> bool:
    """Whether it is worth parsing a file; a no is always right."""
    return any(name.encode() in file.searchable for name in RESOURCES)


def read(file: File) -> Iterator[Spec]:
    """Yield a workload for each resource that is one."""
    if not _names_a_machine(file):
        return
    looked_up = {
        ".".join(block.labels): name
        for block in file.hcl.blocks
        if block.kind == "data" and len(block.labels) == 2 and (name := block.get("name_label"))
    }
    for block in file.hcl.blocks:
        if block.kind == "resource" and len(block.labels) == 2 and block.labels[0] in RESOURCES:
            yield _resource(block, looked_up)


def _resource(block: Block, looked_up: Mapping[str, Term]) -> Spec:
    kind, label = block.labels
    spec = Spec(f"{kind}.{label}", block.at)
    machine = Resource(spec, block, looked_up)
    RESOURCES[kind](machine)
    number, each = block.get("count"), block.get("for_each")
    if "instances" in spec.unknowns:
        return spec
    if number and isinstance(number.number, int):
        spec.fact("instances", number.number, number.at)
    elif number:
        spec.unknown("instances", f"count is {named(number)}" if is_computed(number) else "count is no whole number")
    elif each:
        spec.unknown("instances", "there is one for each of what for_each holds")
    else:
        spec.unknown("instances", "there is one for each time that the module is used")
    return spec
