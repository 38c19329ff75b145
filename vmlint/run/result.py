"""The result for one file, as reports, workers and the cache see it: plain values, without the trees that were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.codes import CODES
from vmlint.findings.severity import Severity
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Crash, Diagnostic
    from vmlint.findings.place import Place, Text
    from vmlint.findings.unknown import Undecided
    from vmlint.findings.waiver import Use
    from vmlint.reading.subject import Subject
    from vmlint.run.check import Checked
    from vmlint.run.choice import Choice
    from vmlint.run.hiding import Hiding
    from vmlint.run.secrets import Masked


BAD_WAIVER = "VM923"
_OF_CLUSTERS = frozenset({"kubernetes", "kubevirt"})
"""Formats whose workloads run on the nodes of a cluster."""


class Coverage(NamedTuple):
    """What was understood of one workload, and what its file leaves open."""

    workload: str
    fields: tuple[str, ...]
    """The fields that are known, those of ``defaults`` among them."""
    defaults: Mapping[str, str]
    """Field -> why the format guarantees its value."""
    unknowns: Mapping[str, str]
    """Field -> why the file leaves it open."""
    settings: Mapping[str, str] = {}
    """Field -> where the settings of the project state its value."""
    unknown_images: tuple[str, ...] = ()
    """Images whose needs nobody knows, where a host is given."""

    @property
    def read(self) -> list[str]:
        """The fields that the file states."""
        return [path for path in self.fields if path not in self.defaults and path not in self.settings]


class Result(NamedTuple):
    """The result for one file."""

    file: str
    recognised: bool
    """Whether anything in it was linted; otherwise the file is skipped."""
    workloads: int = 0
    """How many workloads were read in it."""
    open: int = 0
    """How many rules could not be decided."""
    formats: tuple[str, ...] = ()
    """The formats that it was recognised as, besides a manifest: names of readers."""
    readable: bool = True
    """Whether it could be read at all."""
    skipped: str = ""
    """Why a file of a known format was not read."""
    crashes: tuple[Crash, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    lines: Mapping[str, Mapping[int, str]] = {}
    """File -> number of a line, from one -> the line: those that a code frame may show."""
    undecided: tuple[tuple[str, Undecided], ...] = ()
    """(workload, what is missing), in the order of the file; only where details are wanted."""
    coverage: tuple[Coverage, ...] = ()
    """One for each workload; only where details are wanted."""
    uses: tuple[Use, ...] = ()
    """What the waivers of the settings that cover the file did in it."""
    beside: bool = False
    """Whether it is a file of the project's own, such as its settings, which is not linted: only its findings count. Or
    a folder or file that no search looks at, as ``skipped`` says then."""
    choices: tuple[Choice, ...] = ()
    """One for each workload with findings; only where pictures are wanted."""
    is_excluded: bool = False
    """Whether the settings leave it out: nobody expects that it is linted."""
    lasting: str = ""
    """Its path from the root of its own project, where reports for machines are made."""
    describes: str = ""
    """What a file without workloads describes instead, unless it is given as a host: ``hosts``, ``a cluster``."""
    unknown_images: tuple[str, ...] = ()
    """Images whose needs nobody knows, where a host is given, each once."""


def result_of(checked: Checked, *, details: bool) -> Result:
    """Reduce what was found in a file to what reports show; with ``details`` also what it leaves open.

    No secret of the files gets further: none is in the lines, nor in what vmlint itself says of them.
    """
    unknown = checked.unknown_images
    hiding = _hiding(checked.texts) if checked.diagnostics or checked.crashes or details or unknown else None
    diagnostics = tuple(_shown(found, hiding) for found in checked.diagnostics) if hiding else ()
    return Result(
        checked.file,
        checked.recognised,
        len(checked.subjects),
        len(checked.undecided),
        checked.formats,
        checked.readable,
        checked.skipped and _said(checked.skipped),
        tuple(crash._replace(error=hiding.said(crash.error)) for crash in checked.crashes) if hiding else (),
        diagnostics,
        _lines(diagnostics, hiding.texts) if hiding else {},
        checked.undecided if details else (),
        tuple(_coverage(subject, hiding, unknown) for subject in checked.subjects) if hiding and details else (),
        uses=checked.uses,
        choices=checked.choices,
        describes=checked.describes,
        unknown_images=tuple(dict.fromkeys(hiding.said(image, of_facts=True) for _, image in unknown))
        if hiding
        else (),
    )


def _said(reason: str) -> str:
    """Return why a file is skipped, without the secrets in addresses that it names."""
    from vmlint.run.secrets import masked  # imported only where a file is skipped

    return "\n".join(masked(reason).lines)


def _hiding(texts: Iterable[Text]) -> Hiding:
    from vmlint.run.hiding import Hiding  # imported only where there are findings

    return Hiding(texts)


def _shown(found: Diagnostic, hiding: Hiding) -> Diagnostic:
    """Return a finding as reports show it: without fixes that would write a secret, which none can show."""
    shown = hiding.found(found)
    if any(map(hiding.writes, shown.fixes)):
        return shown._replace(fixes=tuple(fix for fix in shown.fixes if not hiding.writes(fix)))
    return shown


def _coverage(subject: Subject, hiding: Hiding, unknown: Iterable[tuple[str, str]]) -> Coverage:
    from vmlint.model.as_manifest import stated_fields  # imported only where a file was read
    from vmlint.project.setting import where

    fields = tuple(path for path, _ in stated_fields(subject.workload))
    given = {path: where(place) for path, place in subject.given.items() if not path.startswith("labels.")}
    return Coverage(
        subject.workload.name,
        fields,
        {path: hiding.said(why, of_facts=True) for path, why in sorted(subject.defaults.items())},
        {path: hiding.said(why, of_facts=True) for path, why in sorted(subject.unknowns.items())},
        dict(sorted(given.items())),
        tuple(hiding.said(image, of_facts=True) for name, image in unknown if name == subject.workload.name),
    )


def _lines(diagnostics: Iterable[Diagnostic], texts: Mapping[str, Masked]) -> dict[str, dict[int, str]]:
    """Return the lines of all places, and the one after each, which a frame shows between two places."""
    kept: dict[str, dict[int, str]] = {name: {} for name in texts}
    for place in _places(diagnostics):
        if place.file in texts:
            lines, here = texts[place.file].lines, kept[place.file]
            for number in range(max(place.line, 1), min(place.end_line + 1, len(lines)) + 1):
                here[number] = lines[number - 1]
    return kept


def _places(diagnostics: Iterable[Diagnostic]) -> Iterator[Place]:
    for each in diagnostics:
        yield each.place
        for related in each.because:
            yield related.place


FailOn = Callable[[str], "Severity"]
"""The least severity of a finding that fails the run, by the name of the file."""


class Tally:
    """Counts over the results of a run, and the few results that remarks at its end are about."""

    def __init__(self, named: Container[str] = (), fail_on: FailOn | None = None) -> None:
        self._named = named
        self._fail_on = fail_on
        self.failing = 0
        """How many findings are at least as grave as what the settings of their file say."""
        self.files = 0
        self.linted = 0
        """How many files held anything that is linted."""
        self.skipped = 0
        """How many files were something else."""
        self.unread = 0
        """How many files could not be read."""
        self.workloads = 0
        """How many workloads were linted."""
        self.open = 0
        """How many rules could not be decided, over all workloads."""
        self.crashes = 0
        self.severities: Counter[Severity] = Counter()
        """How many findings there are of each severity, without those that are accepted."""
        self.accepted: Counter[str] = Counter()
        """How many findings are accepted, by what: ``waiver``, ``baseline`` or ``before``."""
        self.hinted: dict[str, str] = {}
        """The rules whose findings hints hide: code -> name."""
        self.bad_waivers = 0
        """How many waivers are malformed or not allowed."""
        self.broken = 0
        """How many findings say that something could not be checked."""
        self.fixable = self.fixable_unsafely = 0
        """How many findings a safe fix mends, and how many only an unsafe one, as far as those were looked for."""
        self.unlinted = 0
        """How many files were skipped, or in part, although they are of a known format or lead to a file."""
        self.passed_over: list[Result] = []
        """Files that were skipped for a reason that their author should know, or although they were named."""
        self.unknown_images: dict[str, None] = {}
        """Images whose needs nobody knows, where a host is given."""
        self.left_out = 0
        """How many folders and files were passed over by their names: hidden ones, and other people's."""
        self._describing: list[Result] = []
        self._in_clusters = False

    def add(self, result: Result) -> None:
        """Count one more file."""
        self._count(result)
        if result.beside:
            self.left_out += bool(result.skipped)
            return
        self.files += 1
        self.linted += result.recognised
        self.skipped += result.readable and not result.recognised
        self.unread += not result.readable
        self.workloads += result.workloads
        self.open += result.open
        self.unknown_images |= dict.fromkeys(result.unknown_images)
        self.crashes += len(result.crashes)
        self.unlinted += bool(result.skipped) and not result.is_excluded
        if result.skipped or (not result.recognised and result.readable and result.file in self._named):
            self.passed_over.append(result)
        elif result.describes:
            self._describing.append(result)
        self._in_clusters |= bool(result.workloads) and not _OF_CLUSTERS.isdisjoint(result.formats)

    def _count(self, result: Result) -> None:
        for each in result.diagnostics:
            if each.accepted is None:
                self.severities[each.severity] += 1
                self.failing += self._fail_on is not None and each.severity >= self._fail_on(result.file)
                self.broken += each.code in CODES and CODES[each.code].severity is Severity.ERROR
                self.bad_waivers += each.code == BAD_WAIVER
                self.fixable += any(fix.safe for fix in each.fixes)
                self.fixable_unsafely += bool(each.fixes) and not any(fix.safe for fix in each.fixes)
            else:
                self.accepted[each.accepted.by] += 1
                if each.accepted.by == "hint":
                    self.hinted[each.code] = each.name

    @property
    def unused(self) -> Sequence[Result]:
        """Files that describe hosts or a cluster, where other files have workloads that would be judged by them.

        Those among the files that are :attr:`passed_over` are told there.
        """
        return self._describing if self._in_clusters else ()

    @property
    def worst(self) -> Severity | None:
        """The gravest severity of a finding."""
        return max(self.severities, default=None)


class Added(NamedTuple):
    """A manifest that was not named, and is linted because of a file that was."""

    file: str
    because: str
    """The file that was named."""


class Run:
    """The results of all files, in the order in which they were named. They pass once and are not kept."""

    def __init__(
        self,
        results: Iterable[Result],
        added: Sequence[Added] = (),
        named: Container[str] = (),
        fail_on: FailOn | None = None,
        files: Sequence[str] = (),
    ) -> None:
        self.files = files
        """The names of all files of the run, as far as they are known before it."""
        self._results = results
        self._named = named
        self._fail_on = fail_on
        self.added = added
        """The manifests that are linted too, without being named."""
        self.tally = Tally(named, fail_on)
        """What has passed so far."""

    def __iter__(self) -> Iterator[Result]:
        for result in self._results:
            self.tally.add(result)
            yield result

    def through(self, stage: Callable[[Iterable[Result]], Iterable[Result]]) -> Run:
        """Return the same run, whose results pass a stage on their way: one that accepts, adds or leaves out findings.

        The counts are those of what comes out of it.
        """
        return Run(stage(self._results), self.added, self._named, self._fail_on, self.files)
