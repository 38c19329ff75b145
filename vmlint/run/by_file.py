"""The settings of each file of a run, made of what the project's settings say for it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.extend.plugins import Installed, select
from vmlint.findings.codes import CODES
from vmlint.findings.place import Text
from vmlint.findings.severity import Severity
from vmlint.lint.profiles import DEFAULT, PROFILES, Profile
from vmlint.project.setting import Config, ConfigError, where
from vmlint.reading.context import Context, Silence
from vmlint.reading.file import File
from vmlint.record import NamedTuple
from vmlint.run.settings import Settings
from vmlint.words import reason

if TYPE_CHECKING:
    from datetime import date

    from vmlint.catalog import Catalog
    from vmlint.extend.documents import Folder
    from vmlint.findings.waiver import WaiverPolicy
    from vmlint.lint.rule import Rule
    from vmlint.project.lookup import Lookup
    from vmlint.project.setting import Setting
    from vmlint.reading.reader import Reader


class _Chosen(NamedTuple):
    """The rules of some settings."""

    rules: tuple[Rule, ...]
    judges: tuple[Rule, ...]
    guards: tuple[Rule, ...]
    named: frozenset[str]


class ByFile:
    """The settings of each file: equal ones are made once."""

    of_revision = False
    """Whether they are those of another revision, in which case no other process can make them again."""

    def __init__(
        self, installed: Installed, lookup: Lookup, today: date, *, waive: bool = True, pictures: bool = False
    ) -> None:
        self.tracked: frozenset[str] | None = None
        """The absolute paths of the files that git knows, where others are left out."""
        self.follows_links = False
        """Whether named links may lead out of the project."""
        self.lookup = lookup
        self.today = today
        self._waive = waive
        self._pictures = pictures
        self._installed = installed
        self._made: dict[Config, Settings] = {}
        self._of: dict[int, tuple[Config, Settings]] = {}
        """By the identity of a configuration, of which there are few: most files share one."""
        self._chosen: dict[object, _Chosen] = {}
        self._catalogs: dict[tuple[Path, ...], Catalog] = {}
        self._host_files: dict[object, tuple[File, ...]] = {}

    @property
    def readers(self) -> Sequence[Reader]:
        """How files of other tools are read."""
        return self._installed.readers

    def __call__(self, name: str) -> Settings:
        """Return what holds for a file. Raises ``ConfigError``."""
        return self.of(self.config(name))

    def config(self, name: str) -> Config:
        """Return what the project's settings say for a file. Raises ``ConfigError``."""
        return self.lookup.config(name)

    @property
    def here(self) -> Settings:
        """What holds in the current folder, whatever the name of a file. Raises ``ConfigError``."""
        return self.of(self.lookup.folder())

    @property
    def catalog(self) -> Catalog:
        """The catalogue in the current folder, of settings whose other keys are not looked at: hosts need not be there.

        Raises ``ConfigError``.
        """
        return self._catalog(self.lookup.folder().values("catalog"))

    @property
    def renamed(self) -> dict[str, str]:
        """The files that had another name in the revision whose settings these are, each with that name."""
        return {}

    def moved(self, folder: str) -> str:
        """Return the folder in which the settings of a folder are looked for: that one."""
        return folder

    def inside(self) -> AbstractContextManager[None]:
        """Work meanwhile in the folder from which what they name is looked for: the current one."""
        return nullcontext()

    def ignores(self, folder: Path) -> Path:
        """Return the ``.gitignore`` that counts in a folder: its own."""
        return folder / ".gitignore"

    def left_out(self, folder: str, name: str, *, is_folder: bool) -> str:
        """Return where the settings say that an entry of a folder is not linted; empty where it is."""
        return self.untracked(folder, name, is_folder=is_folder) or self.lookup.left_out(
            folder, name, is_folder=is_folder
        )

    def untracked(self, folder: str, name: str, *, is_folder: bool) -> str:
        """Return why a file is left out that git does not know; empty where none is, or where it knows it."""
        if self.tracked is None or not name or is_folder:
            return ""
        place = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118 - for each file
        return "" if place in self.tracked else "--tracked: git does not know it"

    def of(self, held: Config) -> Settings:
        """Return the settings that a configuration makes. Raises ``ConfigError``."""
        found = self._of.get(id(held))
        if found is None:
            if held not in self._made:
                self._made[held] = self._settings(held)
            found = self._of[id(held)] = held, self._made[held]
        return found[1]

    def _settings(self, held: Config) -> Settings:
        profile = PROFILES[held.value("profile", DEFAULT.name)]
        severities = {code: setting.value for code, setting in held.table("severity").items()}
        thresholds: dict[str, dict[str, float]] = {}
        for name, setting in held.table("thresholds").items():
            code, _, threshold = name.partition(".")
            thresholds.setdefault(code, {})[threshold] = setting.value
        ignored = held.values("ignore")
        chosen = self._rules(held, profile, ignored, severities, thresholds)
        catalog = self._catalog(held.values("catalog"))
        allowed = _policy(held)
        context = Context(
            catalog,
            self.today,
            host_files=self._hosts(held),
            readers=self._installed.readers,
            host_readers=self._installed.host_readers,
        )
        if allowed and allowed.forbidden:
            context = context._replace(earlier=(Silence(),))
        stated = tuple(held.table("context").values())
        return Settings(
            chosen.rules,
            chosen.judges,
            context,
            frozenset(CODES) - _silenced(ignored),
            profile,
            chosen.named,
            chosen.guards,
            severities,
            waivers=held.values("waivers"),
            waiver_policy=allowed,
            waive=self._waive,
            pictures=self._pictures,
            every=self._installed.rules,
            thresholds=thresholds,
            fail_on=Severity[held.value("fail-on", str(Severity.WARNING)).upper()],
            host=held.one("host"),
            stated=stated,
            texts=_texts(stated),
        )

    def _rules(
        self,
        held: Config,
        profile: Profile,
        ignored: tuple[str, ...],
        severities: dict[str, Severity],
        thresholds: dict[str, dict[str, float]],
    ) -> _Chosen:
        selected = held.value("select", ())
        key = (selected, ignored, profile, tuple(severities.items()), repr(thresholds))
        if key in self._chosen:
            return self._chosen[key]
        rules = self._installed.rules
        if thresholds:
            from vmlint.lint.thresholds import with_thresholds

            rules = with_thresholds(rules, thresholds)
        kept, named, _ = select(rules, selected, ignored, profile, severities)
        if not kept:
            raise ConfigError(_nothing_left(held))
        # Whatever is reported, the same rules judge suggestions: how thorough a run is must not change what is sound.
        judges = select(rules, (), ignored, DEFAULT).rules
        guards = tuple(rule for rule in judges if rule.security and rule.stage == "workload")
        found = self._chosen[key] = _Chosen(kept, judges, guards, named)
        return found

    def _catalog(self, folders: Iterable[Folder]) -> Catalog:
        unique = {folder.path: folder for folder in folders}
        key = tuple(unique)
        if key not in self._catalogs:
            if not unique:
                return self._installed.catalog
            from vmlint.extend.project import with_documents

            try:
                self._catalogs[key] = with_documents(self._installed.catalog, unique.values())
            except ValueError as error:
                raise ConfigError(str(error)) from None
        return self._catalogs[key]

    def _hosts(self, held: Config) -> tuple[File, ...]:
        """Return what describes the hosts of workloads that name none. It is read with the first workload."""
        setting = held.one("host")
        if setting is None:
            return ()
        if setting.value not in self._host_files:
            self._host_files[setting.value] = _read_hosts(setting)
        return self._host_files[setting.value]


def _read_hosts(setting: Setting) -> tuple[File, ...]:
    from vmlint.project.origin import Several
    from vmlint.run.host_files import MACHINE, alone, host_files, together

    parts = setting.value.parts if isinstance(setting.value, Several) else (setting.value,)
    found: list[tuple[File, ...]] = []
    for part in parts:
        this = setting._replace(value=part)
        try:
            if isinstance(part, str):
                from vmlint.host.document import document

                found.append((alone(MACHINE, document().encode()),))
            else:
                found.append(host_files(part.path, part.shown))
        except OSError as error:
            raise ConfigError(f"{host_at(this)}: cannot be read: {reason(error)}") from None
        except ValueError as error:
            raise ConfigError(f"{host_at(this)}: {error}") from None
    try:
        return together(found)
    except ValueError as error:
        raise ConfigError(f"{host_at(setting)}: {error}") from None


def host_at(setting: Setting) -> str:
    """Return where a host document is named, and its name: ``--host x.yaml``, ``vmlint.toml:3:1: host 'x.yaml'``."""
    if setting.place.line:
        return f"{where(setting.place)}: host {str(setting.value)!r}"
    return f"{setting.place.file} {setting.value}"


def _texts(stated: Iterable[Setting]) -> tuple[Text, ...]:
    """Return the settings files in which facts stand."""
    if not stated:
        return ()
    from vmlint.project.source import Source

    return tuple(
        Text(each.shown, each.text) for each in {one.origin: None for one in stated} if isinstance(each, Source)
    )


def _silenced(ignored: Iterable[str]) -> set[str]:
    """Return the codes of vmlint itself that are ignored; only warnings can be."""
    words = {*ignored, *map(str.upper, ignored)}
    return {rule.code for rule in CODES.values() if {rule.code, rule.name} & words}


def _nothing_left(held: Config) -> str:
    setting = held.one("ignore") or held.one("select") or held.one("profile")
    place = f"{where(setting.place)}: " if setting is not None and setting.place.line else ""
    hint = "; to leave files out altogether, list them under exclude" if place else ""
    if _is_of_files(held):
        hint += "; checks of the file itself, such as VM907, are made in every run"
    return f"{place}the selection leaves no rule; `vmlint rules` lists them all{hint}"


def _is_of_files(held: Config) -> bool:
    """Whether the selection names checks that are made in every run, and cannot be selected alone."""
    words = {str(word).upper() for word in held.value("select", ())}
    return any(rule.code in words or rule.name.upper() in words for rule in CODES.values())


def _policy(held: Config) -> WaiverPolicy | None:
    said = {name: setting.value for name, setting in held.table("waiver-policy").items()}
    if not said:
        return None
    from vmlint.findings.waiver import WaiverPolicy

    names = {
        "reason": "reason",
        "until": "until",
        "longest-days": "longest",
        "warn-days": "soon",
        "forbid": "forbidden",
    }
    return WaiverPolicy(**{names[name]: value for name, value in said.items()})
