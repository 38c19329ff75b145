"""Counts the steps that Python's engine of regular expressions takes over a text: the same number on each machine.

The engine does not tell them. So a pattern's tree, as `re` parses it, is walked here as the engine walks it: it takes
the first way, keeps the others, and goes back to the last that it kept where nothing goes on. A step is one item tried,
one character that a repetition runs over, or one that it gives back. That the matches are those of `re` is for a test
to hold.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from tests.characters import REPEATS, SINGLE, Chars, first, is_at

NOWHERE = -1
Kept = tuple[Any, ...]
Spans = list[tuple[int, int]]
Node = Callable[["State"], Any]
"""Tries an item, and returns the node that comes next: nothing where the text does not go on so."""


class TooManyError(Exception):
    """A text takes more steps than allowed."""


class State:
    """Where a walk stands: its place in the text, what groups and loops keep, and the ways that are left."""

    def __init__(self, run: Run, at: int, kept: Kept) -> None:
        self.run, self.text, self.at, self.kept = run, run.text, at, kept
        self.ways: list[tuple[Node, int, Kept, int]] = []
        """What to try, where, with what was kept, and the place down to which a repetition gives back."""

    def later(self, node: Node, low: int = NOWHERE) -> None:
        self.ways.append((node, self.at, self.kept, low))

    def keep(self, slot: int, value: object) -> None:
        self.kept = (*self.kept[:slot], value, *self.kept[slot + 1 :])


class Run:
    """All walks over one text."""

    def __init__(self, text: str, most: int) -> None:
        self.text, self.most, self.steps = text, most, 0

    def walk(self, node: Node, at: int, kept: Kept, end: int | None = None, barred: int = NOWHERE) -> State | None:
        """Return the state in which an item and what follows it end: at a place, and not at another."""
        state = State(self, at, kept)
        following: Node | None = node
        while True:
            if following is None:
                if not state.ways:
                    return None
                following, state.at, state.kept, low = state.ways.pop()
                if state.at > low > NOWHERE:
                    state.ways.append((following, state.at - 1, state.kept, low))
            self.steps += 1
            if self.steps > self.most:
                raise TooManyError
            if following is not done:
                following = following(state)
            elif end in (None, state.at) and state.at != barred:
                return state
            else:
                following = None


def done(state: State) -> None:
    """Stand for what follows the last item."""


class Program:
    """A pattern made ready to be walked."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        flags = pattern.flags & ~re.UNICODE
        parsed = parser.parse(pattern.pattern, flags)
        flags |= re.ASCII if isinstance(pattern.pattern, bytes) else 0
        self.slots = 2 * parsed.state.groups
        """Two for the bounds of each group, then one for each loop."""
        self.first = first(parsed, flags)
        self.node = self.build(parsed, done, flags)
        self.kept: Kept = (None,) * self.slots

    def spans(self, way: str, text: str, most: int) -> tuple[Spans, int]:
        """Return what match, fullmatch or finditer finds, and the steps; raise TooManyError above the most."""
        run = Run(text, most)
        if way == "finditer":
            return self.all_of(run), run.steps
        state = run.walk(self.node, 0, self.kept, len(text) if way == "fullmatch" else None)
        return [(0, state.at)] if state else [], run.steps

    def all_of(self, run: Run) -> Spans:
        found, at, barred = Spans(), 0, NOWHERE
        while at <= len(run.text):
            run.steps += 1
            possible = self.first is None or self.first[run.text[at : at + 1]]
            state = run.walk(self.node, at, self.kept, None, barred) if possible else None
            if state is None:
                at, barred = at + 1, NOWHERE
            else:
                found.append((at, state.at))
                at, barred = state.at, at if state.at == at else NOWHERE
        return found

    def build(self, items: Sequence[Any], following: Node, flags: int) -> Node:
        """Return the node of a sequence, before the one that follows it."""
        for kind, value in reversed(items):
            following = self.one(kind, value, following, flags)
        return following

    def one(self, kind: Any, value: Any, following: Node, flags: int) -> Node:
        if kind in SINGLE:
            return scan(Chars([((kind, value), flags)]), 1, 1, following)
        if kind in REPEATS:
            return self.repeat(kind, value, following, flags)
        if kind is sre.SUBPATTERN:
            group, add, remove, inner = value
            close = following if group is None else mark(2 * group - 1, following)
            inside = self.build(inner, close, flags & ~remove | add)
            return inside if group is None else mark(2 * group - 2, inside)
        if kind is sre.BRANCH:
            return branch([(first(each, flags), self.build(each, following, flags)) for each in value[1]])
        if kind is sre.AT:
            return lambda state: following if is_at(str(value), state.text, state.at, flags) else None
        if kind is sre.ATOMIC_GROUP:
            return atomic(self.build(value, done, flags), 1, 1, following)
        if kind in (sre.ASSERT, sre.ASSERT_NOT):
            back = value[1].getwidth()[0] if value[0] < 0 else 0
            return look(self.build(value[1], done, flags), back, kind is sre.ASSERT, following)
        if kind is sre.FAILURE:  # what newer versions of Python make of a lookahead that nothing passes
            return lambda state: None
        if kind is sre.GROUPREF:
            return again(2 * value - 2, following, flags)
        assert kind is sre.GROUPREF_EXISTS, kind
        group, *ways = value
        yes, no = (self.build(way or (), following, flags) for way in ways)
        return lambda state: no if state.kept[2 * group - 1] is None else yes

    def repeat(self, kind: Any, value: Any, following: Node, flags: int) -> Node:
        low, high, inner = value
        high = sys.maxsize if high is sre.MAXREPEAT else high
        if len(inner) == 1 and inner[0][0] in SINGLE and kind is not sre.MIN_REPEAT:
            return scan(Chars([(inner[0], flags)]), low, high, following, gives=kind is sre.MAX_REPEAT)
        if kind is sre.POSSESSIVE_REPEAT:
            return atomic(self.build(inner, done, flags), low, high, following)
        slot, self.slots = self.slots, self.slots + 1
        lazy = kind is sre.MIN_REPEAT
        return loop(slot, low, high, lazy, lambda after: self.build(inner, after, flags), following)


def mark(slot: int, following: Node) -> Node:
    def node(state: State) -> Node:
        state.keep(slot, state.at)
        return following

    return node


def scan(chars: Chars, low: int, high: int, following: Node, *, gives: bool = False) -> Node:
    """Run over characters as far as they go, to give them back one by one."""

    def node(state: State) -> Node | None:
        text, begin = state.text, state.at
        at, stop = begin, min(len(text), begin + high)
        while at < stop and chars[text[at]]:
            at += 1
        state.run.steps += at - begin
        if at - begin < low:
            return None
        if gives and at - begin > low:
            state.at = at - 1
            state.later(following, begin + low)
        state.at = at
        return following

    return node


def loop(slot: int, low: int, high: int, lazy: bool, build: Callable[[Node], Node], following: Node) -> Node:
    def begin(state: State) -> Node:
        state.keep(slot, (0, NOWHERE))
        return decide

    def decide(state: State) -> Node:
        count, last = state.kept[slot]
        if count < low:
            state.keep(slot, (count + 1, last))
            return body
        if count == high or state.at == last:
            return following
        state.later(once_more if lazy else following)
        return following if lazy else once_more(state)

    def once_more(state: State) -> Node:
        state.keep(slot, (state.kept[slot][0] + 1, state.at))
        return body

    body = build(decide)
    return begin


def branch(ways: Sequence[tuple[Chars | None, Node]]) -> Node:
    """Try the ways that can begin with the character that is there."""
    possible: dict[str, list[Node]] = {}

    def node(state: State) -> Node | None:
        char = state.text[state.at : state.at + 1]
        if char not in possible:
            possible[char] = [way for chars, way in ways if chars is None or chars[char]]
        for way in possible[char][:0:-1]:
            state.later(way)
        return possible[char][0] if possible[char] else None

    return node


def atomic(inner: Node, low: int, high: int, following: Node) -> Node:
    """Repeat what gives nothing back."""

    def node(state: State) -> Node | None:
        count, last = 0, NOWHERE
        while count < low or (count < high and state.at != last):
            ended = state.run.walk(inner, state.at, state.kept)
            if ended is None:
                break
            count, last = count + 1, state.at
            state.at, state.kept = ended.at, ended.kept
        return following if count >= low else None

    return node


def look(inner: Node, back: int, wanted: bool, following: Node) -> Node:
    def node(state: State) -> Node | None:
        ended = state.run.walk(inner, state.at - back, state.kept) if state.at >= back else None
        if ended is not None and wanted:
            state.kept = ended.kept
        return following if (ended is not None) == wanted else None

    return node


def again(slot: int, following: Node, flags: int) -> Node:
    """Take what a group took."""

    def node(state: State) -> Node | None:
        begin, end = state.kept[slot : slot + 2]
        if begin is None or end is None:
            return None
        group, here = state.text[begin:end], state.text[state.at : state.at + end - begin]
        state.at += len(group)
        state.run.steps += len(group)
        return following if group == here or (flags & re.IGNORECASE and group.lower() == here.lower()) else None

    return node
