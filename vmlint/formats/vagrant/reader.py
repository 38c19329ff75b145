"""Vagrantfiles: Ruby that is never run. Literal settings in the usual form are read, everything else is unknown.

A machine can be started on any provider that its box offers. Where the file configures exactly one, that is taken for
its platform; where it configures several, each is its own workload, since each of them is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Body, File, Problem, Skipped, Span, Spec, Term, Unreadable, bare, limits

from ..shared.paths import ARCH, NO_REQUIREMENTS, OS, PLATFORM
from ..shared.templates import marked, template
from ..shared.terms import Resource, architecture, plain
from .blocks import Configured, Found, find
from .providers import PROVIDERS

CANNOT_KNOW = NO_REQUIREMENTS


_CONFIGURE = re.compile(r"^[ \t]*(?:::)?Vagrant(?:\s*&?\.\s*configure\b|::Config\.run\b)", re.MULTILINE)
_PART = re.compile(r"^[ \t]*\w+\.vm\.\w", re.MULTILINE)
_TEMPLATE = re.compile(r"<%[=#-]|<% |\{\{[^{}\n]{0,80}\}\}|\{% ")
_LINE_OF_TEMPLATE = re.compile(r"^[ \t]*<%", re.MULTILINE)
_OTHER = (
    ".md",
    ".markdown",
    ".html",
    ".rst",
    ".txt",
    ".adoc",
    ".json",
    ".yaml",
    ".yml",
    ".xml",
    ".py",
    ".sh",
    ".ps1",
    ".go",
    ".js",
    ".ts",
    ".tf",
    ".tofu",
    ".hcl",
)


def recognises(file: File) -> bool:
    """Recognise a Vagrantfile by the call that configures it. With another file ending than Ruby's it is a document."""
    try:
        if file.base == "Vagrantfile":
            return True
        named = "vagrantfile" in file.base.lower() and _PART.search(file.text) is not None
        return not file.base.lower().endswith(_OTHER) and (named or _CONFIGURE.search(file.text) is not None)
    except Unreadable:
        return file.base == "Vagrantfile"


def read(file: File) -> Iterator[Spec]:
    """Yield a workload for each machine, and for each of its providers where there are several."""
    if not file.base.startswith("Vagrantfile") and _TEMPLATE.search(bare(file.text, "ruby")):
        raise template("of a Vagrantfile")
    if marked(file.text, "ruby", _LINE_OF_TEMPLATE) or file.base.lower().endswith(".erb"):
        raise template("of a Vagrantfile")
    script = file.ruby
    if not script.balanced:
        if marked(file.text, "ruby", _TEMPLATE):
            raise template("of a Vagrantfile")
        raise Skipped("more of Ruby than is read without running it: its blocks and ends do not match")
    found = find(script)
    if not found.configured:
        raise Skipped("a part of a Vagrantfile: nothing in it calls Vagrant.configure")
    at = next((file.span(number) for number, line in enumerate(file.lines, 1) if _CONFIGURE.match(line)), file.span(1))
    parts = _parts(found)
    none = _Part()
    shared = parts.get("", none)
    pairs = settings = 0
    for name in found.machines:
        own = parts.get(name, none)
        times = max(len(shared.providers) + len(own.providers), 1)
        pairs += times
        settings += times * (len(shared.settings) + len(own.settings))
    for number, bound, what in (
        (pairs, limits.VAGRANT_MACHINES, "its machines on their providers are"),
        (settings, limits.VAGRANT_SETTINGS, "the settings of its machines, those for all counted for each, are"),
    ):
        if number > bound:
            raise Unreadable(Problem("VM904", f"{what} {number}, and more than {bound} are not read", at))
    for name, place in found.machines.items():
        yield from _machine(found, name, place, [parts[owner] for owner in ("", name) if owner in parts])
    if not found.machines:
        yield from _machine(found, "default", at, [parts[""]] if "" in parts else [])


class _Part:
    """What the file states about all machines, or about one."""

    def __init__(self) -> None:
        self.providers: dict[str, Span] = {}
        self.settings: list[Configured] = []


def _parts(found: Found) -> dict[str, _Part]:
    """Return what the file states about each machine by its name, and about all under the empty name."""
    parts: dict[str, _Part] = {}
    for (owner, provider), place in found.providers.items():
        if provider != "?":
            parts.setdefault(owner, _Part()).providers[provider] = place
    for setting in found.settings:
        parts.setdefault(setting.role.machine, _Part()).settings.append(setting)
    return parts


def _machine(found: Found, name: str, at: Span, parts: list[_Part]) -> Iterator[Spec]:
    providers: dict[str, Span] = {}
    for part in parts:
        providers.update(part.providers)
    if len(providers) + found.open_providers < 2:
        provider = next(iter(providers), "")
        yield _described(Spec(name, at), parts, provider, providers.get(provider))
        return
    for provider, place in providers.items():
        yield _described(Spec(f"{name} ({provider})", at), parts, provider, place)


def _described(spec: Spec, parts: list[_Part], provider: str, at: Span | None) -> Spec:
    shared: dict[str, Term] = {}
    own: list[Configured] = []
    for part in parts:
        for setting in part.settings:
            role = setting.role
            if role.kind == "config" and role.provider in ("", provider):
                shared[setting.name] = setting.value
            elif role.kind == "provider" and role.provider == provider:
                own.append(setting)
    _box(spec, shared)
    if provider in PROVIDERS and at is not None:
        body = Body()
        body.terms = {setting.name: setting.value for setting in own if not setting.words}
        PROVIDERS[provider](Resource(spec, body), own, at)
    elif provider:
        spec.unknown(PLATFORM, f"the provider {provider} is not in the catalogue")
    else:
        spec.unknown(PLATFORM, "the provider is chosen when the machine is started")
    return spec


def _box(spec: Spec, shared: dict[str, Term]) -> None:
    body = Body()
    body.terms = shared
    machine = Resource(spec, body)
    machine.state("deployment.image.ref", plain, "box")
    for name in ("box", "guest"):  # the system of a known box is more exact than the kind of guest
        machine.guest("vagrant", name)
    spec.unknowns.setdefault(OS, "a box is named, and not what is in it")
    arch = body.get("box_architecture")
    if arch and arch.text != "auto":
        machine.take(ARCH, architecture, arch, "box_architecture")
    elif "box" in shared:
        spec.unknown(ARCH, "without box_architecture the box for the host's CPU is taken, where there is one")
