"""From a Vagrantfile's statements to its machines: what is set in which block, and whether conditionally."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vmlint.api import Span, Term, ruby


class Role(NamedTuple):
    """The meaning of a block's variable."""

    kind: str
    """config, or provider."""
    machine: str = ""
    """Name of the machine; empty for what all machines share."""
    provider: str = ""


class Configured(NamedTuple):
    """A setting, or a call with arguments."""

    role: Role
    name: str
    """``box``, ``memory``, ``vmx.memsize``, ``customize``."""
    value: Term
    words: list[Term]
    """The arguments of a call."""
    at: Span
    named: dict[str, Term]
    """Its arguments with names: ``:device => :cdrom``, ``device: :cdrom``."""


class Found:
    """What a Vagrantfile holds."""

    def __init__(self) -> None:
        self.machines: dict[str, Span] = {}
        """Name -> where it is defined."""
        self.providers: dict[tuple[str, str], Span] = {}
        """(machine, provider) -> where its block begins."""
        self.open_providers = False
        """Whether a provider's name is computed."""
        self.settings: list[Configured] = []
        self.configured = False


class _Scope(NamedTuple):
    """A block that is open."""

    conditional: bool
    """Whether it need not run exactly once."""
    names: dict[str, Role]
    """The names that are known around it, where it hides them all."""
    shadowed: dict[str, Role | None]
    """The meaning of its parameters' names outside it."""


def find(script: ruby.Script) -> Found:
    """Return what a Vagrantfile holds, whose blocks and ends match."""
    finder = _Finder(script)
    for statement in script.statements:
        finder.take(statement)
    return finder.found


class _Finder:
    def __init__(self, script: ruby.Script) -> None:
        self.script = script
        self.found = Found()
        self.names: dict[str, Role] = {}
        """The meaning of each name in scope."""
        self.scopes: list[_Scope] = []

    @property
    def conditional(self) -> bool:
        """Whether the block that is open need not run exactly once."""
        return bool(self.scopes) and self.scopes[-1].conditional

    def take(self, statement: ruby.Statement) -> None:
        """Take one statement: what it sets, and the blocks that it opens and closes."""
        self.set_or_call(statement)
        for step in statement.steps:
            if step.kind == "end":
                self.close()
            elif step.kind == "call":
                self.open_block(step)
            elif step.kind == "branch":
                self.open({}, conditional=True)
            else:
                self.scopes.append(_Scope(self.conditional, self.names, {}))
                self.names = {}

    def open(self, roles: dict[str, Role], *, conditional: bool) -> None:
        self.scopes.append(_Scope(conditional, self.names, {name: self.names.get(name) for name in roles}))
        self.names.update(roles)

    def close(self) -> None:
        _, self.names, shadowed = self.scopes.pop()
        for name, role in shadowed.items():
            if role is None:
                del self.names[name]
            else:
                self.names[name] = role

    def open_block(self, step: ruby.Step) -> None:
        """Open the block of a call: `configure`, a machine, a provider, or any other."""
        call, names = step.call, step.names
        role = self.names.get(call.receiver) if call else None
        config = role is not None and role.kind == "config"
        roles, conditional = dict.fromkeys(names, Role("")), self.conditional
        if call is None:
            conditional = conditional or bool(names)
        elif call.receiver == "Vagrant" and (call.path == ("configure",) or _is_old(call)):
            self.found.configured = True
            roles, conditional = _named(names, Role("config")), step.guards > 0
        elif config and call.path == ("vm", "define"):
            name = self.machine(call, step.head)
            roles, conditional = _named(names, Role("config", name)), False
        elif role and config and call.path == ("vm", "provider"):
            provider = self.provider(role, call)
            inside = [Role("provider", role.machine, provider), Role("config", role.machine, provider)]
            roles = _named(names, *inside)
        else:  # a loop runs its block any number of times
            conditional = True
        self.open(roles, conditional=conditional)

    def machine(self, call: ruby.Call, words: Sequence[ruby.Token]) -> str:
        first = call.first
        term = self.script.value(first) if first else Term("computed", None, words[0].at)
        shown = next((word.text for word in first if word.kind == "text" and word.text), "")
        name = term.text or shown or "".join(word.text for word in first) or "machine"
        self.found.machines.setdefault(name, term.at)
        return name

    def provider(self, role: Role, call: ruby.Call) -> str:
        first = call.first
        term = self.script.value(first) if first else None
        if term is None or not term.text:
            self.found.open_providers = True
            return "?"
        self.found.providers.setdefault((role.machine, term.text), term.at)
        return term.text

    def set_or_call(self, statement: ruby.Statement) -> None:
        """Take what a statement sets or calls, if it is about a machine."""
        call = statement.call
        role = self.names.get(call.receiver) if call else None
        if call is None or role is None or not role.kind or not call.path:
            return
        path, uncertain = call.path, self.conditional or statement.modified > 0
        if role.kind == "config":
            if path[0] != "vm" or len(path) != 2:
                return
            if path[1] in ("define", "provider"):
                if not statement.opens_a_block:  # else it is read with the block
                    self.provider(role, call) if path[1] == "provider" else self.machine(call, statement.words)
                return
            path = path[1:]
        if call.rest:
            self.found.settings.append(self.setting(role, ".".join(path), call, uncertain=uncertain))

    def setting(self, role: Role, name: str, call: ruby.Call, *, uncertain: bool) -> Configured:
        at = call.rest[0].at
        if call.rest[0].is_mark("["):  # v.vmx["key"] = value
            close = next((index for index, word in enumerate(call.rest) if word.is_mark("]")), 0)
            key = self.script.value(call.rest[1:close]) if close > 1 else None
            indexed = call._replace(rest=call.rest[close + 1 :])
            if key is not None and key.text and indexed.assigns == "=":
                name, call = f"{name}.{key.text.lower()}", indexed
        if not call.assigns:
            words = [] if uncertain else [self.script.value(each) for each in call.arguments]
            named = {} if uncertain else dict(self.named(call))
            return Configured(role, name, Term("computed", None, at), words, at, named)
        computed = Term("computed", None, at)
        value = self.script.value(call.rest[1:]) if len(call.rest) > 1 and call.assigns == "=" else computed
        return Configured(role, name, Term("computed", None, value.at) if uncertain else value, [], value.at, {})

    def named(self, call: ruby.Call) -> Iterator[tuple[str, Term]]:
        """Yield the arguments of a call that have names, in either spelling."""
        for each in call.arguments:
            name = each[0]
            sign = "=>" if name.kind == "symbol" else ":" if name.kind == "word" else ""
            if len(each) > 2 and sign and each[1].is_mark(sign):
                yield name.text, self.script.value(each[2:])


def _named(names: Sequence[str], *roles: Role) -> dict[str, Role]:
    """Return what the parameters of a block stand for. Where it names none, Ruby calls them ``_1`` and ``_2``."""
    return dict(zip(names or ("_1", "_2"), roles, strict=False)) | ({} if names else {"it": roles[0]})


def _is_old(call: ruby.Call) -> bool:
    """Whether it is the first version's `Vagrant::Config.run`."""
    return [word.text for word in call.rest[:4]] == ["::", "Config", ".", "run"]
