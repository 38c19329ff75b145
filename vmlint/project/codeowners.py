"""Who owns a file: the CODEOWNERS of its repository, as GitHub and GitLab read it.

The two agree on most of it: a line is a pattern and its owners, and the last line that matches a path counts. They
differ in sections, in exclusions, and in whether ``docs/api`` matches in any folder. What neither would accept is
passed over: reporting it is their work.
"""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.patterns import lazy_pattern
from vmlint.project.root import git_root
from vmlint.record import NamedTuple

PLACES = (".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where the file may lie in a repository; the first that is there counts."""
_ANY = "**"
_SECTION = lazy_pattern(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>.*)")
_WORD = lazy_pattern(r"(?:\\.|[^\s\\])+")
_COMMENT = lazy_pattern(r"\s#")
_NOTHING = lazy_pattern(r"(?!)")
_OWNER = lazy_pattern(r"@{1,2}[\w./-]+|[^@\s]+@[^@\s]+")


class Rule(NamedTuple):
    """A line: which paths it is about, and who owns them."""

    steps: tuple[re.Pattern[str] | None, ...]
    """One pattern for each folder or file of a path, from the root; ``None`` for any number of folders."""
    owners: tuple[str, ...]
    whole: bool
    """Whether a path must end where the pattern does. Otherwise what is below it matches too."""
    excludes: bool = False
    """Whether it takes the paths out of its section for good."""


class CodeOwners(NamedTuple):
    """The rules of a file, by section. A path is owned by what each section says of it, together."""

    sections: tuple[tuple[Rule, ...], ...]

    def of(self, path: str) -> tuple[str, ...]:
        """Return the owners of a path from the root, ``vms/db.xml``; empty where nobody owns it."""
        steps = path.split("/")
        found = (owner for rules in self.sections for owner in _owners(rules, steps))
        return tuple(dict.fromkeys(found))


class Owners:
    """The owners of files anywhere: each repository's CODEOWNERS is read once, when it is first asked for."""

    def __init__(self) -> None:
        self._roots: dict[str, Path | None] = {}  # by folder
        self._files: dict[Path, CodeOwners | None] = {}  # by root

    def __call__(self, file: str) -> tuple[str, ...] | None:
        """Return the owners of a file, empty where nobody owns it; ``None`` where no CODEOWNERS tells."""
        folder = os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120 - once for each file
        if folder not in self._roots:
            self._roots[folder] = git_root(Path(folder))
        root = self._roots[folder]
        if root is None:
            return None
        if root not in self._files:
            self._files[root] = code_owners(root)
        owners = self._files[root]
        return owners.of(os.path.relpath(os.path.abspath(file), root).replace(os.sep, "/")) if owners else None  # noqa: PTH100


def code_owners(root: Path) -> CodeOwners | None:
    """Return what the CODEOWNERS of a repository says; ``None`` where there is none that can be read."""
    for name in PLACES:
        file = root / name
        if not os.path.lexists(file):
            continue
        try:
            if not file.resolve().is_relative_to(root.resolve()) or file.stat().st_size > limits.OWNERS_BYTES:
                return None
            text = read_bytes(file).decode("utf-8", "replace")
        except (OSError, RuntimeError):
            return None
        is_gitlab = name.startswith(".gitlab") or ((root / ".gitlab-ci.yml").exists() and not name.startswith(".g"))
        return parsed(text, gitlab=is_gitlab)
    return None


def parsed(text: str, *, gitlab: bool = False) -> CodeOwners:
    """Return the rules of a CODEOWNERS file. ``gitlab``: read as GitLab does, which a section shows too."""
    lines = [line for line in map(str.strip, text.lstrip("\ufeff").splitlines()) if line and not line.startswith("#")]
    gitlab = gitlab or any(_SECTION.fullmatch(line) for line in lines)
    sections: dict[str, list[Rule]] = {"": []}
    name = ""
    usual: tuple[str, ...] = ()
    for line in lines[: limits.OWNERS_LINES]:
        if gitlab and (head := _SECTION.fullmatch(line)):
            name, usual = head["name"].lower(), _listed(head["owners"])
            sections.setdefault(name, [])
        elif rule := _rule(line, usual, gitlab=gitlab):
            sections[name].append(rule)
    return CodeOwners(tuple(map(tuple, sections.values())))


def _rule(line: str, usual: tuple[str, ...], *, gitlab: bool) -> Rule | None:
    excludes = line.startswith("!")
    line = line.removeprefix("!")
    found = _WORD.match(line)
    if found is None or (excludes and not gitlab):
        return None
    path = re.sub(r"\\(.)", r"\1", found[0])
    owners = _listed(_COMMENT.split(line[found.end() :], maxsplit=1)[0])
    return Rule(tuple(_steps(path, gitlab=gitlab)), owners or usual, path.endswith("/*"), excludes)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split() if _OWNER.fullmatch(word))


def _steps(pattern: str, *, gitlab: bool) -> Iterator[re.Pattern[str] | None]:
    """Yield the steps of a pattern: anchored at the root, or beginning in any folder."""
    *first, last = pattern.strip("/").split("/")
    if not pattern.startswith("/") and (gitlab or not first):
        yield None
    for step in first:
        yield None if step == _ANY else _named(step)
    if last:
        yield _named(last)
    if pattern.endswith("/"):
        yield _named("*")  # what is in the folder


def _named(step: str) -> re.Pattern[str]:
    """Return what the name of a folder or file must be. ``[`` begins no set of characters here.

    What ``fnmatch`` makes of stars takes no more time than the name is long.
    """
    return re.compile(fnmatch.translate(step.replace("[", "[[]")))


def _owners(rules: Sequence[Rule], path: Sequence[str]) -> tuple[str, ...]:
    """Return what one section says: an exclusion anywhere in it, or else its last line that matches."""
    if any(rule.excludes and _matches(rule, path) for rule in rules):
        return ()
    return next((rule.owners for rule in reversed(rules) if _matches(rule, path)), ())


def _matches(rule: Rule, path: Sequence[str]) -> bool:
    """Whether a rule is about a path.

    Where it fails behind ``**``, it goes on one folder later: never further back, so that many of them cost no more.
    """
    steps = rule.steps
    at, step = 0, 0
    again: tuple[int, int] | None = None
    while step < len(steps) or (rule.whole and at < len(path)):
        expected = steps[step] if step < len(steps) else _NOTHING
        if expected is None:
            again = (at, step)
            step += 1
        elif at < len(path) and expected.match(path[at]):
            at, step = at + 1, step + 1
        elif again is not None and again[0] < len(path):
            again = (again[0] + 1, again[1])
            at, step = again[0], again[1] + 1
        else:
            return False
    return True
