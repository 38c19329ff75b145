"""From a Vagrantfile's words to its machines: who sets what, in which block, and whether only on a condition."""

from __future__ import annotations

from typing import NamedTuple

from vmlint.api import PassedOver, Span, Term

from .constants import constants
from .ruby import MODIFIERS, OPENERS, Token, literal
from .statements import ASSIGNMENTS, opens, parameters, statements


class Role(NamedTuple):
    """What a block's variable stands for."""

    kind: str
    """config, or provider."""
    machine: str = ""
    """Name of the machine; empty for what all machines share."""
    provider: str = ""


class Setting(NamedTuple):
    """One thing that is set, or called with words."""

    role: Role
    name: str
    """``box``, ``memory``, ``vmx.memsize``, ``customize``."""
    value: Term
    words: list[Term]
    """What a call is given."""
    at: Span


class Machine(NamedTuple):
    """A machine that is defined."""

    name: str
    at: Span


class Found:
    """What a Vagrantfile holds."""

    def __init__(self) -> None:
        self.machines: dict[str, Machine] = {}
        self.providers: dict[tuple[str, str], Span] = {}
        """(machine, provider) -> where its block begins."""
        self.open_providers = False
        """Whether a provider's name is computed."""
        self.settings: list[Setting] = []
        self.configured = False


class _Scope(NamedTuple):
    kind: str
    names: dict[str, Role]
    conditional: bool
    braces: bool = False


def find(words: list[Token]) -> Found:
    """Return what a Vagrantfile holds. Raises ``PassedOver`` where blocks and ends do not match."""
    return _Finder(words).find()


class _Finder:
    def __init__(self, words: list[Token]) -> None:
        self.words = words
        self.found = Found()
        self.scopes = [_Scope("file", {}, conditional=False)]
        self.constants = constants(words)

    def find(self) -> Found:
        for statement in statements(self.words):
            self.statement(statement)
        if len(self.scopes) != 1:
            raise PassedOver("more of Ruby than is read without running it: its blocks and ends do not match")
        return self.found

    def close(self, *, braces: bool) -> None:
        if len(self.scopes) == 1 or self.scopes[-1].braces != braces:
            raise PassedOver("more of Ruby than is read without running it: its blocks and ends do not match")
        self.scopes.pop()

    def open(
        self, kind: str, names: dict[str, Role] | None = None, *, hidden: bool = False, braces: bool = False
    ) -> None:
        around = self.scopes[-1]
        conditional = kind == "condition" or (around.conditional and kind != "define")
        known = {} if hidden else {**around.names, **(names or {})}
        self.scopes.append(_Scope(kind, known, conditional, braces))

    def statement(self, words: list[Token]) -> None:
        """Take one statement: what it sets, and the blocks that it opens and closes."""
        self.taken(words)
        loops = False
        for index, word in enumerate(words):
            before = words[index - 1] if index else None
            if word.is_word("do"):
                if loops:
                    loops = False  # `while … do`
                else:
                    self.block(words[:index], words[index + 1 :], braces=False)
            elif word.is_word("end"):
                self.close(braces=False)
            elif word.is_mark("{"):
                self.block(words[:index], words[index + 1 :], braces=True)
            elif word.is_mark("}"):
                self.close(braces=True)
            elif word.kind == "keyword" and word.text in OPENERS and opens(word, before):
                endless = word.text == "def" and _is_endless(words[index + 1 :])
                if not endless:
                    self.open("condition" if word.text not in ("def", "class", "module") else "hidden",
                              hidden=word.text in ("def", "class", "module"))  # fmt: skip
                loops = word.text in ("while", "until", "for")

    def block(self, head: list[Token], tail: list[Token], *, braces: bool) -> None:
        names = parameters(tail)
        kind, roles = "condition", dict.fromkeys(names, Role(""))
        guarded = next((index for index, word in enumerate(head) if index and word.is_word("and", "or")), -1)
        called = _call(head[guarded + 1 :])
        if called is None:
            self.open(kind if names else "other", roles, braces=braces)
            return
        receiver, path, arguments = called
        role = self.scopes[-1].names.get(receiver)
        if receiver == "Vagrant" and (path == ("configure",) or _is_old(head[guarded + 1 :])):
            self.found.configured = True
            roles = dict(zip(names, [Role("config")], strict=False))
            kind = "define" if guarded < 0 else kind
        elif role and role.kind == "config" and path == ("vm", "define"):
            name = self.machine(arguments, words_at=head)
            roles = dict(zip(names, [Role("config", name)], strict=False))
            kind = "define"
        elif role and role.kind == "config" and path == ("vm", "provider"):
            provider = self.provider(role, arguments)
            inside = [Role("provider", role.machine, provider), Role("config", role.machine, provider)]
            roles, kind = dict(zip(names, inside, strict=False)), "provider"
        self.open(kind, roles, braces=braces)

    def machine(self, arguments: list[Token], *, words_at: list[Token]) -> str:
        first = _first(arguments)
        term = self.value(first) if first else Term("computed", None, words_at[0].at)
        shown = next((word.text for word in first if word.kind == "text" and word.text), "")
        name = term.text or shown or "".join(word.text for word in first) or "machine"
        self.found.machines.setdefault(name, Machine(name, term.at))
        return name

    def provider(self, role: Role, arguments: list[Token]) -> str:
        first = _first(arguments)
        term = self.value(first) if first else None
        if term is None or not term.text:
            self.found.open_providers = True
            return "?"
        self.found.providers.setdefault((role.machine, term.text), term.at)
        return term.text

    def value(self, words: list[Token]) -> Term:
        """Return a value, or what a constant that is set once stands for."""
        if len(words) == 1 and words[0].kind == "word" and words[0].text in self.constants:
            return self.constants[words[0].text]
        return literal(words)

    def taken(self, words: list[Token]) -> None:
        """Take what a statement sets or calls, if it is about a machine."""
        modified = next((index for index, word in enumerate(words) if index and word.is_word(*MODIFIERS)), len(words))
        called = _call(words[:modified])
        if called is None:
            return
        receiver, path, rest = called
        role = self.scopes[-1].names.get(receiver)
        if role is None or not role.kind or not path:
            return
        uncertain = self.scopes[-1].conditional or modified < len(words)
        if role.kind == "config":
            if path[:1] != ("vm",) or len(path) != 2:
                return
            if path[1] in ("define", "provider"):
                if not any(word.is_word("do") or word.is_mark("{") for word in words):  # else it is taken as a block
                    self.provider(role, rest) if path[1] == "provider" else self.machine(rest, words_at=words)
                return
            path = path[1:]
        self.set(role, path, rest, uncertain=uncertain)

    def set(self, role: Role, path: tuple[str, ...], rest: list[Token], *, uncertain: bool) -> None:
        name, at = ".".join(path), rest[0].at if rest else Span(1, 1, 1, 2)
        if rest and rest[0].is_mark("["):  # v.vmx["key"] = value
            close = next((index for index, word in enumerate(rest) if word.is_mark("]")), 0)
            key = literal(rest[1:close]) if close > 1 else None
            if key is not None and key.text and rest[close + 1 : close + 2] and rest[close + 1].is_mark("="):
                name, rest = f"{name}.{key.text.lower()}", rest[close + 1 :]
        if rest and rest[0].kind == "mark" and rest[0].text in ASSIGNMENTS:
            value = self.value(rest[1:]) if len(rest) > 1 and rest[0].text == "=" else Term("computed", None, at)
            if uncertain:
                value = Term("computed", None, value.at)
            self.found.settings.append(Setting(role, name, value, [], value.at))
        elif rest:
            words = [] if uncertain else [self.value(each) for each in _listed(rest)]
            self.found.settings.append(Setting(role, name, Term("computed", None, at), words, at))


def _is_endless(words: list[Token]) -> bool:
    """Tell whether a method is `def name(...) = value`."""
    depth = 0
    for word in words[:40]:
        if word.kind == "mark" and word.text in "([":
            depth += 1
        elif word.kind == "mark" and word.text in ")]":
            depth -= 1
        elif word.is_mark("=") and not depth:
            return True
    return False


def _is_old(head: list[Token]) -> bool:
    """Tell the first version's `Vagrant::Config.run`."""
    return [word.text for word in head[1:5]] == ["::", "Config", ".", "run"]


def _call(words: list[Token]) -> tuple[str, tuple[str, ...], list[Token]] | None:
    """Return the first name of a statement, the steps behind it, and what follows."""
    if not words or words[0].kind != "word":
        return None
    path, index = [], 1
    while index + 1 < len(words) and words[index].is_mark(".") and words[index + 1].kind in ("word", "keyword"):
        path.append(words[index + 1].text)
        index += 2
    return words[0].text, tuple(path), words[index:]


def _first(arguments: list[Token]) -> list[Token]:
    """Return the first argument of a call, in parentheses or not."""
    inner = arguments[1:] if arguments and arguments[0].is_mark("(") else arguments
    first = []
    for word in inner:
        if word.is_word("do") or (word.kind == "mark" and word.text in (",", ")", "{")):
            break
        first.append(word)
    return first


def _listed(words: list[Token]) -> list[list[Token]]:
    """Return the arguments of a call, or the items of the one list that it is given."""
    inner = [word for word in words if not (word.kind == "mark" and word.text in "()[]")]
    listed: list[list[Token]] = [[]]
    for word in inner:
        if word.is_mark(","):
            listed.append([])
        else:
            listed[-1].append(word)
    return [each for each in listed if each]
