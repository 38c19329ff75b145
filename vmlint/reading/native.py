"""Files of other tools: which readers recognise them, and the subjects that each reader finds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.findings.place import Text
from vmlint.findings.problem import Problem, Unreadable
from vmlint.model.derive import DERIVATIONS
from vmlint.model.workload import Workload
from vmlint.reading.claim import may_hold_remarks
from vmlint.reading.context import Context
from vmlint.reading.host import default_host, fill_gaps, texts_of
from vmlint.reading.reader import Reader
from vmlint.reading.subject import Document
from vmlint.record import NamedTuple
from vmlint.words import error_text

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Crash
    from vmlint.findings.waiver import Waiver
    from vmlint.reading.draft import Draft
    from vmlint.reading.file import File
    from vmlint.reading.host_facts import HostFacts
    from vmlint.reading.spec import Spec


def recognised(file: File, readers: Sequence[Reader]) -> Iterator[Reader]:
    """Yield the readers of the formats that a file is of; a file of YAML documents may be of several."""
    data = file.searchable
    for reader in readers:
        if any(marker in data for marker in reader.markers) and reader.recognises(file):
            yield reader


class Held(NamedTuple):
    """What one reader finds in a file."""

    specs: tuple[Spec, ...]
    error: BaseException | None
    """Why it stopped before the end: ``Unreadable``, ``Skipped``, or its own failure."""
    by_name: Mapping[str, Sequence[Spec]]
    lines: tuple[int, ...] = ()
    """The lines of the workloads."""

    def whole(self) -> Mapping[str, Sequence[Spec]]:
        """Return the workloads by name. Raises the error of a reader that stopped before the end."""
        if self.error is not None:
            raise self.error.with_traceback(None)
        return self.by_name

    @classmethod
    def of(cls, specs: tuple[Spec, ...], error: BaseException | None) -> Held:
        """Build it from what a reader yields, and what it raised at last."""
        named: dict[str, list[Spec]] = {}
        for spec in specs:
            named.setdefault(spec.name, []).append(spec)
        return cls(specs, error, named, tuple(spec.at.line for spec in specs))


def held(file: File, reader: Reader) -> Held:
    """Return what a reader finds in a file that it recognises. Each file is read once."""
    key = (reader.name, reader.recognises, reader.read)
    if key not in file.memo:
        file.memo[key] = _read(file, reader)
    found: Held = file.memo[key]
    return found


def _read(file: File, reader: Reader) -> Held:
    specs: list[Spec] = []
    file.language = file.language or reader.comments
    try:
        for spec in itertools.islice(iter(reader.read(file)), limits.WORKLOADS + 1):
            specs.append(spec)  # noqa: PERF402 - what came before a failure is kept
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a reader may be anybody's, and meets hostile files
        return Held.of(tuple(specs), error.with_traceback(None))
    if len(specs) > limits.WORKLOADS:
        message = f"it holds more than {limits.WORKLOADS} workloads; the rest was not read"
        return Held.of(tuple(specs[:-1]), Unreadable(Problem("VM904", message, specs[-1].at)))
    return Held.of(tuple(specs), None)


def natives(file: File, reader: Reader, context: Context) -> Iterator[tuple[Spec, Document]]:
    """Yield the workloads that a reader finds in a file, each with the spec that it was made of.

    Raises ``Unreadable`` for a file that is broken, ``Skipped`` for one that is not read for a reason.
    """
    found = held(file, reader)
    text = text_of(file)
    for spec in found.specs:
        yield spec, native(spec, file, reader, context, text)
    if found.error is not None:
        raise found.error.with_traceback(None)


def reader_crash(reader: Reader, error: BaseException) -> Crash:
    """Return the failure of a reader (VM921)."""
    from vmlint.findings.diagnostic import Crash  # imported only where a reader fails

    return Crash("VM921", f"the reader of {reader.title}", error_text(error))


def text_of(file: File) -> Text:
    """Return a file's text for code frames; empty for a binary file."""
    try:
        return Text(file.name, file.shown.text)
    except Unreadable:
        return Text(file.name, "")


def _count_hints(file: File, number: int, spec: Spec) -> None:
    """Count the hints to all workloads of a file, each of which is told those of the file. Raises ``Unreadable``."""
    count = file.memo[_count_hints] = file.memo.get(_count_hints, 0) + number
    if count > limits.HINTED:
        raise Unreadable(Problem("VM904", f"its hints to all of its workloads are more than {limits.HINTED}", spec.at))


def native(
    spec: Spec, file: File, reader: Reader, context: Context, text: Text, beside: Workload | None = None
) -> Document:
    """Return the workload that a reader described.

    ``beside`` is what a manifest states about it. Its host and its guest's system fill what the file leaves out,
    since defaults of the format may depend on them.
    """
    from vmlint.reading.draft import Draft  # imported only where a reader found something

    draft = Draft(Workload(context.catalog, DERIVATIONS, context.today), spec, file.name, reader.cannot_know)
    draft.state_facts(reader.name)
    draft.state_environment(context.catalog)
    draft.state_guest(context.catalog)
    if context.hints_then or spec.hints or spec.faults or may_hold_remarks(file.shown):
        from vmlint.reading.hinting import take
        from vmlint.reading.hints import Hints, hints

        shown = hints(file.shown) if text.text else Hints()
        given = context.hints_then(spec, file, reader) if context.hints_then else (*shown.taken, *spec.hints)
        _count_hints(file, len(given), spec)
        take(draft, shown, given)
    host = _host(draft, context, beside)
    draft.take_from_cluster(host.places if host else None)
    host_files = host.files if host else ()
    known = draft.workload
    if context.given:
        from vmlint.reading.given import with_given, with_given_host

        known = with_given_host(draft.subject(reader.name, ()), context)
    draft.keep_to_host(known)
    subject = draft.subject(reader.name, (text, *texts_of(host)))
    if context.given and beside is None:  # with a manifest, they come after what that states
        subject = with_given(subject, context)
    stands: tuple[Waiver, ...] = ()
    if spec.waivers or any(map(may_hold_remarks, (file.shown, *host_files))):
        from vmlint.reading.waivers import waivers

        stands = _stands(spec, file, reader, draft)
        own = tuple(each for each in stands if each.scope == "workload")
        subject = subject._replace(waivers=own, around=tuple(waivers(each).around for each in (file, *host_files)))
    return Document.of(subject, draft.problems, subject.texts, stands)


def _stands(spec: Spec, file: File, reader: Reader, draft: Draft) -> tuple[Waiver, ...]:
    """Return the waivers that stand in a workload, in comments or as its format carries them; record faulty ones."""
    from vmlint.findings.waiver import Waiver
    from vmlint.reading.waivers import read_text, standing, waivers

    draft.problems += waivers(file).problems
    read = [read_text(text, file, at, "workload") for text, at in spec.waivers]
    draft.problems += (each for each in read if isinstance(each, Problem))
    stands = standing(file, spec.at.line, held(file, reader).lines, reader.name)
    return (*stands, *(each for each in read if isinstance(each, Waiver)))


def _host(draft: Draft, context: Context, beside: Workload | None) -> HostFacts | None:
    """State what else is known of the host: from a manifest, or of the host for all workloads, which is returned."""
    workload = draft.workload
    if beside is not None:
        fill_gaps(beside.host, workload.host)
        if not workload.guest.os.any_stated():
            fill_gaps(beside.guest.os, workload.guest.os)
        return None
    host = None if workload.host.any_stated() else default_host(context, workload)
    if host is not None:
        fill_gaps(host.host, workload.host)
        draft.places |= host.places.fields
        draft.entries |= host.places.entries
    return host
