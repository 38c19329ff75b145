"""Finding and loading plugins: rules, readers and catalogue data come in through the entry-point group ``vmlint``.

vmlint's own rules and formats are two plugins among others. A plugin that fails to load is reported, and everything
else runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from vmlint import limits
from vmlint.catalog import Catalog, DataFolder
from vmlint.extend.calls import Results, results
from vmlint.extend.entry_points import EntryPoint, entry_points
from vmlint.extend.hooks import HOOKS
from vmlint.extend.rule_files import Later
from vmlint.findings.codes import CODES, is_reserved
from vmlint.lint.profiles import EVERYTHING, Profile
from vmlint.lint.rule import Coded, Rule, validate
from vmlint.lint.yielding import with_others
from vmlint.reading.reader import Reader
from vmlint.record import NamedTuple
from vmlint.words import error_text, listed

if TYPE_CHECKING:
    from vmlint.findings.severity import Severity

GROUP = "vmlint"
DISTRIBUTION = "vmlint"
OWN = ("builtin", "formats")
"""Entry points of vmlint itself, which are loaded first."""


class Plugin(NamedTuple):
    """A plugin that was found, with the result of loading it."""

    name: str
    distribution: str
    version: str
    rules: int = 0
    folders: int = 0
    readers: int = 0
    error: str = ""
    """Why it did not load; empty where it did."""

    @property
    def owner(self) -> str:
        """Name and version as its rules show them: ``acme-rules 1.5``."""
        return f"{self.distribution} {self.version}"

    @property
    def is_own(self) -> bool:
        """Whether it is a part of vmlint."""
        return self.name in OWN and self.distribution == DISTRIBUTION

    @property
    def failure(self) -> str:
        """That it did not load, and why."""
        return f"plugin {self.name} ({self.owner}) did not load: {self.error}"


class Installed(NamedTuple):
    """Everything that the installed plugins bring."""

    rules: tuple[Rule, ...]
    """Sorted by code."""
    catalog: Catalog
    plugins: tuple[Plugin, ...]
    readers: tuple[Reader, ...] = ()
    """Of formats that describe workloads."""
    host_readers: tuple[Reader, ...] = ()
    """Of formats that describe hosts."""

    @property
    def failures(self) -> tuple[Plugin, ...]:
        """The plugins that did not load."""
        return tuple(plugin for plugin in self.plugins if plugin.error)


def load() -> Installed:
    """Load every plugin of the entry-point group, one at a time: one that fails leaves nothing behind."""
    plugins: list[Plugin] = []
    rules: dict[str, Rule] = {}
    readers: dict[str, Reader] = {}
    catalog = Catalog()
    for point in sorted(entry_points(GROUP), key=lambda point: (not _is_own(point), point.name)):
        about = Plugin(point.name, point.distribution, point.version)
        try:
            brought = _own(point, about) if about.is_own else _foreign(point, about)
            together = _with_rules(rules, brought.rules, about)
            formats = _with_readers(readers, brought.readers)
            wider = _with_folders(catalog, brought.folders, about)
        except KeyboardInterrupt:  # of the user
            raise
        except BaseException as error:  # noqa: BLE001 - any failure of a plugin, even sys.exit(0) while
            plugins.append(about._replace(error=error_text(error)))  # it is imported, must not end the run
            continue
        rules, readers, catalog = together, formats, wider
        plugins.append(
            about._replace(rules=len(brought.rules), folders=len(brought.folders), readers=len(brought.readers))
        )
    found = tuple(rules[code] for code in sorted(rules))
    of_workloads = tuple(each for each in readers.values() if not each.of_hosts)
    of_hosts = tuple(each for each in readers.values() if each.of_hosts)
    return Installed(found, catalog, tuple(plugins), of_workloads, of_hosts)


def _is_own(point: EntryPoint) -> bool:
    return point.name in OWN and point.distribution == DISTRIBUTION


def _own(point: EntryPoint, about: Plugin) -> Brought:
    return _bring_in(point.load(), about)


def _foreign(point: EntryPoint, about: Plugin) -> Brought:
    """Load a plugin of somebody else, within bounds in which all that it brings is called, too."""
    from vmlint.extend.bounds import BoundedCheck, Bounds  # imported only where there are such plugins

    if about.name in OWN:
        raise ValueError(f"the name {about.name} is vmlint's own; choose another name for the entry point")
    bounds = Bounds(f"plugin {about.name} ({about.owner})")
    with bounds(limits.PLUGIN_LOADING):
        brought = _bring_in(point.load(), about)
        for rule in brought.rules:
            if isinstance(rule, Rule) and not isinstance(rule.check, Later):
                validate(rule)
    return brought._replace(
        rules=[
            rule._replace(check=BoundedCheck(rule.check, bounds)) if isinstance(rule, Rule) else rule
            for rule in brought.rules
        ],
        readers=[
            reader._replace(
                recognises=bounds.once(reader.recognises),
                read=bounds.each(reader.read),
                written=bounds.once(reader.written),
            )
            if isinstance(reader, Reader)
            else reader
            for reader in brought.readers
        ],
    )


class Brought(NamedTuple):
    """What one plugin brings."""

    rules: list[Rule]
    folders: list[Path]
    readers: list[Reader]


def _bring_in(plugin: object, about: Plugin) -> Brought:
    found = results(plugin, about.name)
    rules: list[Rule] = list(_brought(found, "vmlint_rules", "rules"))
    folders = [_folder(folder) for folder in _brought(found, "vmlint_catalog", "folders")]
    readers: list[Reader] = list(_brought(found, "vmlint_readers", "readers"))
    if not rules and not folders and not readers:
        bare = [name for name in HOOKS if hasattr(plugin, name) and not found[name]]
        hint = f"; decorate {bare[0]}() with @hookimpl" if bare else ""
        raise ValueError(f"it brings neither rules nor readers nor catalogue data{hint}")
    return Brought(rules, folders, readers)


def _brought(found: Results, name: str, what: str) -> Iterator[Any]:
    for result in found[name]:
        # A text and a rule are iterable, but iterating over one is always a mistake.
        if not isinstance(result, Iterable) or isinstance(result, str | bytes | Rule | Reader):
            raise TypeError(f"{name}() returned {result!r}, not a list of {what}")
        for number, each in enumerate(result):
            if number == limits.PLUGIN_THINGS:
                raise ValueError(f"{name}() brings more than {number} {what}")
            yield each


def _folder(brought: object) -> Path:
    """Return a folder that a hook named. Raises ``TypeError`` or ``ValueError`` where it is not a folder with data."""
    if not isinstance(brought, str | os.PathLike):
        raise TypeError(f"vmlint_catalog() yielded {brought!r}, which is not a folder")
    folder = Path(brought)
    if not folder.is_absolute():
        # It would be relative to the current folder: the untrusted tree that is being linted.
        raise ValueError(
            f"catalogue folder {str(brought)!r} is relative; write Path(__file__).parent / {str(brought)!r}"
        )
    if not folder.is_dir():
        raise ValueError(f"catalogue folder {folder} does not exist; is it in the package's data?")
    if not any(any((folder / name).glob("*.y*ml")) for name in (".", *DataFolder._fields)):
        raise ValueError(
            f"catalogue folder {folder} has neither documents (*.yaml) nor files in "
            f"{listed([f'{name}/' for name in DataFolder._fields], 'or')}; are they in the package's data?"
        )
    return folder


def _with_rules(known: Mapping[str, Rule], own: Iterable[Rule], about: Plugin) -> dict[str, Rule]:
    """Return the known rules and a plugin's own. Refuse a code or a name that is taken."""
    rules = dict(known)
    names: dict[str, Coded] = {code.name: code for code in CODES.values()}
    names |= {other.name: other for other in rules.values()}
    for rule in own:
        if not isinstance(rule, Rule):
            raise TypeError(f"vmlint_rules() yielded {rule!r}, which is not a rule made by vmlint.api.rule")
        if about.is_own and not isinstance(rule.check, Later):  # an index holds valid rules only
            validate(rule)
        _refuse_taken("code", rule.code, rules.get(rule.code) or CODES.get(rule.code), about)
        if rule.code.startswith("VM") and not about.is_own:
            raise ValueError(f"rule code {rule.code}: codes that begin with VM are vmlint's own; choose another prefix")
        if is_reserved(rule.code):
            raise ValueError(f"rule code {rule.code}: the codes VM9xx are kept for vmlint/findings/codes.py")
        _refuse_taken("name", rule.name, names.get(rule.name), about)
        rules[rule.code] = names[rule.name] = rule._replace(plugin=about.owner)
    return with_others(rules)


def _with_readers(known: Mapping[str, Reader], own: Iterable[Reader]) -> dict[str, Reader]:
    """Return the known readers and a plugin's own. Refuse a name that is taken."""
    readers = dict(known)
    for reader in own:
        if not isinstance(reader, Reader):
            raise TypeError(f"vmlint_readers() yielded {reader!r}, which is not a vmlint.api.Reader")
        if reader.name in readers:
            raise ValueError(f"reader {reader.name} is taken; choose another name")
        if not reader.markers or not all(isinstance(marker, bytes) and marker for marker in reader.markers):
            raise TypeError(f"reader {reader.name}: markers is a list of byte strings, not {reader.markers!r}")
        readers[reader.name] = reader
    return readers


def _refuse_taken(part: str, word: str, other: Coded | None, about: Plugin) -> None:
    if other is not None:
        own = f"another rule of the same plugin ({other.code} {other.name})"
        raise ValueError(f"rule {part} {word} is taken by {own if other.plugin == about.owner else other.plugin}")


def _with_folders(catalog: Catalog, folders: Iterable[Path], about: Plugin) -> Catalog:
    """Return the catalogue with a plugin's folders, each checked against all that were there before it."""
    for folder in folders:
        from vmlint.extend.packages import with_folder  # imported only where there are documents

        catalog = with_folder(catalog, folder, f"plugin {about.name}")
    return catalog


_Rule = TypeVar("_Rule", bound=Coded)


class Selection(NamedTuple, Generic[_Rule]):
    """The rules of a run."""

    rules: tuple[_Rule, ...]
    named: frozenset[str]
    """Codes of the rules that were asked for by their whole code or name: all their findings are reported."""
    unknown: tuple[str, ...]
    """The words that selected no rule."""


def select(
    rules: Sequence[_Rule],
    chosen: Iterable[str],
    ignored: Iterable[str],
    profile: Profile = EVERYTHING,
    severities: Mapping[str, Severity] = {},
) -> Selection[_Rule]:
    """Select rules by code, prefix of a code, or name, among those that a profile admits.

    A rule that the profile leaves out needs its whole code or name, or ``ALL``. ``severities`` are those that a project
    gives to rules, by code, in place of their own.
    """
    chosen, ignored = tuple(chosen), tuple(ignored)
    known: tuple[Coded, ...] = (*rules, *CODES.values())
    unknown = tuple(word for word in (*chosen, *ignored) if not any(matches(rule, word) for rule in known))
    named = frozenset(rule.code for rule in rules if any(_names(rule, word) for word in chosen))
    kept = tuple(
        rule
        for rule in rules
        if (
            rule.code in named
            or (
                profile.admits(rule, severities.get(rule.code))
                and (not chosen or any(matches(rule, w) for w in chosen))
            )
        )
        and not any(matches(rule, word) for word in ignored)
    )
    return Selection(kept, named, unknown)


def _names(rule: Coded, word: str) -> bool:
    return word.upper() in (rule.code, "ALL") or word == rule.name


def matches(rule: Coded, word: str) -> bool:
    """Whether a word stands for a rule: its name, its code, the beginning of it, or ``ALL``."""
    return word == rule.name or rule.code.startswith(word.upper()) or word.upper() == "ALL"
