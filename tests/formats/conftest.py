"""What tests of the formats share: a file's text in, the facts that were understood out, and the findings about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pytest

from vmlint.extend.plugins import Installed, load
from vmlint.lint.profiles import DEFAULT
from vmlint.lint.rule import Rule
from vmlint.model.as_manifest import stated_fields
from vmlint.reading.context import Context
from vmlint.reading.file import File
from vmlint.reading.hosts import with_hosts
from vmlint.reading.subject import Subject
from vmlint.run.check import Checked, check
from vmlint.run.files import Files
from vmlint.run.settings import Settings

TODAY = date(2026, 11, 22)


class Seen(NamedTuple):
    """What vmlint made of a file."""

    checked: Checked

    @property
    def formats(self) -> tuple[str, ...]:
        return self.checked.formats

    @property
    def natives(self) -> list[Subject]:
        return [subject for subject in self.checked.subjects if subject.format]

    @property
    def names(self) -> list[str]:
        return [native.workload.name for native in self.natives]

    def native(self, name: str | None = None) -> Subject:
        """The workload of a name, or the only one."""
        found = [each for each in self.natives if name in (None, each.workload.name)]
        assert len(found) == 1, self.names
        return found[0]

    def facts(self, name: str | None = None) -> dict[str, str]:
        """Every stated field of a workload, as text; lists are sorted and joined by commas."""
        return {path: _text(value) for path, value in stated_fields(self.native(name).workload)}

    def at(self, path: str, name: str | None = None) -> tuple[int, int]:
        """Line and column of a field."""
        place = self.native(name).place(path)
        return place.line, place.column

    def found(self, *codes: str) -> list[tuple[str, int, int]]:
        """Code, line and column of the findings that count, of some codes or all."""
        return [
            (found.code, found.place.line, found.place.column)
            for found in self.checked.diagnostics
            if found.accepted is None and (not codes or found.code in codes)
        ]

    @property
    def problems(self) -> list[tuple[str, int, str]]:
        """Code, line and message of what is wrong with the file itself (VM9xx)."""
        return [
            (found.code, found.place.line, found.message)
            for found in self.checked.diagnostics
            if found.code.startswith("VM9")
        ]


def _text(value: Any) -> str:
    if isinstance(value, (tuple, frozenset)):
        return ",".join(sorted(map(str, value)))
    return str(value).lower() if isinstance(value, bool) else str(value)


Look = Callable[..., Seen]


@pytest.fixture(scope="session")
def installed() -> Installed:
    found = load()
    assert not found.failures
    return found


def settings(installed: Installed, rules: Sequence[Rule] = (), host: File | None = None) -> Settings:
    """What a file is checked with: some rules, all readers, the catalogue, one day."""
    context = Context(
        installed.catalog,
        TODAY,
        Files().refer,
        (host,) if host else (),
        installed.readers,
        host_readers=installed.host_readers,
    )
    return Settings(rules, rules, with_hosts(context), profile=DEFAULT)


@pytest.fixture
def look(installed: Installed) -> Look:
    """Lints a text under a file name with all rules of the default profile, as `vmlint check` would."""
    rules = tuple(rule for rule in installed.rules if DEFAULT.admits(rule))

    def seen(name: str, content: str | bytes, host: Mapping[str, str] | None = None) -> Seen:
        data = content.encode() if isinstance(content, str) else content
        default = File(host["name"], host["text"].encode()) if host else None
        return Seen(check(File(name, data), settings(installed, rules, default)))

    return seen
