"""What a check depends on beside the file, and where a run gets it from for each of its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from vmlint.findings.codes import CODES
from vmlint.findings.severity import Severity
from vmlint.lint.profiles import EVERYTHING, Profile
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.place import Text
    from vmlint.findings.waiver import Waiver, WaiverPolicy
    from vmlint.lint.rule import Rule
    from vmlint.project.setting import Setting
    from vmlint.reading.context import Context
    from vmlint.reading.reader import Reader


class Granting(Protocol):
    """Which waivers of files count, where those of another revision do."""

    revision: str
    """As its user wrote it."""

    def until(self, waiver: Waiver, code: str, entry: str, found: Diagnostic) -> str:
        """Return the last day on which a waiver of a rule, or of an entry, may accept a finding; empty for never."""


class Settings(NamedTuple):
    """What a check depends on beside the file."""

    rules: Sequence[Rule]
    """The rules that report."""
    judges: Sequence[Rule]
    """The rules that judge suggestions: also those that were not selected, but none that was ignored."""
    context: Context
    """The catalogue, the day, and how files are read."""
    codes: frozenset[str] = frozenset(CODES)
    """The codes of vmlint itself that are reported."""
    profile: Profile = EVERYTHING
    """Which findings of the rules are reported."""
    named: frozenset[str] = frozenset()
    """Codes of rules that were asked for by name: all their findings are reported."""
    guards: Sequence[Rule] = ()
    """The security rules: a finding that local catalogue data suppresses is still reported, as an accepted risk."""
    severities: Mapping[str, Severity] = {}
    """Code of a rule -> the severity that the project gives its findings. Advice is judged by the rule's own."""
    waivers: tuple[Waiver, ...] = ()
    """The waivers of the project's settings that cover the file."""
    waiver_policy: WaiverPolicy | None = None
    """What the project demands of its waivers; ``None`` where it says nothing."""
    every: Sequence[Rule] = ()
    """All installed rules, also those that do not report: what a waiver may name."""
    waive: bool = True
    """Whether waivers count; where not, everything is reported."""
    grants: Granting | None = None
    """The waivers in files that count, where those of another revision do; ``None`` for all."""
    thresholds: Mapping[str, Mapping[str, float]] = {}
    """The numbers that the project sets for rules, which ``rules``, ``judges`` and ``guards`` have by now."""
    fail_on: Severity = Severity.WARNING
    """The least severity that fails a run."""
    host: Setting | None = None
    """What names the host document of ``context``."""
    stated: tuple[Setting, ...] = ()
    """Facts of the project's settings about workloads, as they are written."""
    texts: tuple[Text, ...] = ()
    """The settings files in which these stand, for code frames."""
    pictures: bool = False
    """Whether each workload with findings is compared with every other way of running it, which few reports show."""

    @property
    def reading_only(self) -> Settings:
        """The same without any rule: files are read, and only what is wrong with them is reported."""
        return self._replace(rules=(), judges=(), guards=())


class SettingsOf(Protocol):
    """The settings of each file of a run. Files for which the same holds share one object."""

    follows_links: bool
    """Whether named links may lead out of the project."""

    @property
    def readers(self) -> Sequence[Reader]:
        """How files of other tools are read, which is the same for all."""

    def __call__(self, name: str) -> Settings:
        """Return what holds for a file. Raises ``ConfigError`` for a fault of its settings."""

    def ignores(self, folder: Path) -> Path:
        """Return the ``.gitignore`` that counts in a folder."""

    def left_out(self, folder: str, name: str, *, is_folder: bool) -> str:
        """Return where the settings say that an entry of a folder is not linted; empty where it is.

        Without a name it is about the folder itself.
        """


class Same:
    """One and the same settings for every file."""

    follows_links = False

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def readers(self) -> Sequence[Reader]:
        """How files of other tools are read."""
        return self.settings.context.readers

    def __call__(self, name: str) -> Settings:  # noqa: ARG002 - every file has the same
        """Return the settings."""
        return self.settings

    def ignores(self, folder: Path) -> Path:
        """Return the folder's own."""
        return folder / ".gitignore"

    def left_out(self, folder: str, name: str, *, is_folder: bool) -> str:  # noqa: ARG002 - nothing is left out
        """Return nothing."""
        return ""
