"""Templates: files that another tool fills in first, and which are skipped until then.

Marks in comments and in quoted strings make no template: a tool that reads the file takes them as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from vmlint.api import Cursor, File, Skipped, Spec, Unreadable, bare

MARKS = r"\{\{|\{%|<%"
"""Pattern of the marks of Jinja, Go's templates, Liquid and ERB."""
NAMES = r"@[A-Z][A-Z0-9_]*@"
"""Pattern of names that Autoconf, CMake and Meson replace."""
VARIABLES = r"\$\{"
"""Pattern of variables, in formats without variables."""

_MARKS = re.compile(MARKS)
_SHOWN = 5
"""Settings that are named; a file may have many."""
_COMMENT_OF_YAML = re.compile(r"(?:^|(?<=[ \t]))#[^\n]*", re.MULTILINE)
_STRING_OF_YAML = re.compile(r"""(?:(?<=[:,\[{\s-])|^)("|')[^"'\n]*\1(?=[ \t]*(?:[],}#]|$))""", re.MULTILINE)
"""Comments and strings in a text that is no YAML, where no more can be told of what is one."""


def template(which: str) -> Skipped:
    """Build the reason why a template is skipped."""
    return Skipped(f"a template {which}: lint what it renders to")


def partly(which: str, keys: Iterable[str]) -> Skipped:
    """Build the reason why settings are skipped, while the rest of their file is linted."""
    names = [f"`{key}`" for key in dict.fromkeys(keys)]
    shown = ", ".join([*names[:_SHOWN], f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else names)
    return Skipped(f"a template fills in {shown} {which}, and what that sets is not judged: lint what it renders to")


def leave_open(spec: Spec, keys: Iterable[str], related: Mapping[str, tuple[str, ...]]) -> None:
    """Make unknown what settings that a template fills in may decide.

    That is all that stands by default, and what else hangs on them: ``related`` has patterns of keys, each with the
    beginnings of fields.
    """
    keys = [*keys]
    for path in [path for path, fact in spec.facts.items() if fact.why and path != "guest.os.family"]:
        _open(spec, path, keys[0])
    for key in keys:
        for pattern, beginnings in related.items():
            if re.fullmatch(pattern, key):
                for path in [path for path in spec.facts if path.startswith(beginnings)]:
                    _open(spec, path, key)


def _open(spec: Spec, path: str, key: str) -> None:
    del spec.facts[path]
    spec.unknown(path, f"`{key}` is filled in by a template")


def marked(text: str, language: str, marks: re.Pattern[str] = _MARKS) -> bool:
    """Whether marks stand in a text outside of its comments and strings."""
    return marks.search(text) is not None and marks.search(bare(text, language, strings=True)) is not None


def is_template_of_yaml(text: str, refusal: Unreadable) -> bool:
    """Whether marks make a text no YAML: what other tools read all the same is refused for another reason."""
    if others_read(refusal) or _MARKS.search(text) is None:
        return False
    return _MARKS.search(_STRING_OF_YAML.sub("", _COMMENT_OF_YAML.sub("", text))) is not None


def others_read(refusal: Unreadable) -> bool:
    """Whether a text is YAML that other tools may read: too much of it, or a tag or an alias of a kind of its own."""
    code, message = refusal.problem.code, refusal.problem.message
    return code == "VM904" or (code == "VM905" and not message.startswith("a key must be"))


def yaml_of(file: File, which: str) -> list[Cursor]:
    """Return the documents of a file. Raises ``Skipped`` for a template that is not YAML, ``Unreadable`` otherwise."""
    try:
        return file.yaml
    except Unreadable as refusal:
        if is_template_of_yaml(file.text, refusal):
            raise template(which) from None
        raise
