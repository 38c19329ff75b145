"""Everything that a file holds: manifests, and the workloads of other tools' formats. No rule runs here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.findings.place import Text
from vmlint.findings.problem import Problem, Unreadable
from vmlint.model.labels import PREFIX
from vmlint.patterns import lazy_pattern
from vmlint.reading.claim import claims_to_be_manifest, may_be_manifest, may_hold_remarks
from vmlint.reading.hints import hints_of
from vmlint.reading.manifest import documents, read_document
from vmlint.reading.native import native, natives, reader_crash, recognised, text_of
from vmlint.reading.overlay import meant, source_of
from vmlint.reading.reader import Reader, Skipped
from vmlint.syntax.text import ENCODINGS

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Crash, Diagnostic
    from vmlint.findings.waiver import Waiver
    from vmlint.reading.context import Annotation, Context
    from vmlint.reading.file import File
    from vmlint.reading.host_facts import HostFacts
    from vmlint.reading.on_hosts import Hosts
    from vmlint.reading.placement import NodeChoice
    from vmlint.reading.spec import Spec
    from vmlint.reading.subject import Document, Subject
    from vmlint.syntax.yaml.nodes import Node


_NODES = lazy_pattern(rb"""kind["']?\s{0,9}:\s{0,9}["']?(?:Node|KubeVirt|HyperConverged|RuntimeClass)\b""")
"""What a file with nodes of a cluster, or with its settings, holds; few others do."""


class Reading:
    """What was read in one file."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.subjects: list[Subject] = []
        self.faults: dict[Diagnostic, None] = {}
        """What is wrong with the file and its documents (VM9xx)."""
        self.crashes: list[Crash] = []
        self.texts: list[Text] = []
        """The files of the places, for code frames."""
        self.formats: list[str] = []
        """The formats that it was recognised as, besides a manifest: names of readers."""
        self.skipped = ""
        """Why a file of a known format was not read."""
        self.describes = ""
        """What a file without workloads describes instead: ``hosts``, ``a cluster``."""
        self.documents = 0
        """How many documents were recognised; a file without any is skipped."""
        self.waivers: tuple[Waiver, ...] = ()
        """The waivers of which it shows here whether they are needed."""
        self.around: tuple[Waiver, ...] = ()
        """The waivers in the file that cover a line or the whole file."""
        self._stands: dict[Waiver, None] = {}
        self._is_covered = False
        """Whether manifests elsewhere cover any of its workloads."""
        self.placed = 0
        """How many workloads were read on how many hosts, each on each."""
        self._names: Counter[tuple[str, str]] = Counter()
        """How many workloads there are of each name and document."""

    def add(self, document: Document, *, covered: bool = False) -> None:
        """Add a document. The workload of one that a manifest covers is left to that manifest."""
        self.documents += 1
        self.texts += [text for text in document.texts if text not in self.texts]
        # A faulty hint for all workloads of a file, or read by several formats, is reported once.
        self.faults.update(dict.fromkeys(document.faults))
        for crash in document.crashes:
            self.failed(crash)
        self._is_covered |= covered
        subject = self._numbered(document.subject) if document.subject is not None else None
        for place in subject.placed if subject is not None else ():
            self.texts += [text for text in place.subject.texts if text not in self.texts]
        if not covered:
            self._stands |= dict.fromkeys(document.stands)
            if subject is not None:
                self.subjects.append(subject)

    def _numbered(self, subject: Subject) -> Subject:
        """Tell a workload from those of the same name before it: what is accepted in one is not in another."""
        same = subject.workload.name, subject.document
        self._names[same] += 1
        number = self._names[same]
        return subject if number == 1 else subject._replace(document=f"{subject.document}#{number}")

    def failed(self, crash: Crash) -> None:
        """Add the failure of a reader."""
        from vmlint.findings.diagnostic import of_crash  # here and below: imported only where something is wrong

        self.crashes.append(crash)
        self.faults[of_crash(crash, self.file.name)] = None

    def settle_waivers(self) -> None:
        """Add the waivers of the file. Those in a workload that a manifest covers are left to that manifest."""
        if may_hold_remarks(self.file.shown):
            from vmlint.findings.diagnostic import of_file
            from vmlint.reading.waivers import waivers

            found = waivers(self.file)
            self.around = found.around
            self.faults |= dict.fromkeys(of_file(problem, self.file.name) for problem in found.problems)
            if not self._is_covered:
                self._stands = {**dict.fromkeys(found.taken), **self._stands}
        self.waivers = tuple(self._stands)

    def settle_unread(self, readers: Sequence[Reader]) -> None:
        """Add that the file cannot be read, where it is meant to be of a known format."""
        from vmlint.reading.unread import unread  # imported only where nothing is recognised

        found = unread(self.file, readers)
        if found is not None:
            reader, problem = found
            self.formats += [reader.name] if reader is not None else []
            self.broken(problem, self.file.data)

    def broken(self, problem: Problem, data: bytes) -> None:
        """Add that the file of a known format cannot be read."""
        from vmlint.findings.diagnostic import of_file

        self.documents += 1
        self.faults[of_file(problem, self.file.name)] = None
        self.texts = self.texts or [Text(self.file.name, _lenient(data))]


def read(file: File, context: Context, overlays: Iterable[Annotation] = ()) -> Reading:
    """Read every document of a file. Never raises for what the file holds.

    ``overlays`` are what manifests elsewhere state about this file: workloads that they cover are reported there.
    """
    reading = Reading(file)
    hosts = None
    if context.hosts or (context.host_readers and _NODES.search(file.searchable)):
        from vmlint.reading.on_hosts import hosts_for  # imported only where there are hosts

        hosts = hosts_for(file, context)
        context = context if hosts is None else context._replace(hosts=())
    if may_be_manifest(file.name, file.data):
        try:
            for root in documents(file):
                document = read_document(file, root, context)
                if hosts and document.subject is not None and not document.subject.workload.host.any_stated():
                    document = _placed(document, hosts, reading, None, partial(_manifest_on, file, root, context))
                if document.subject is not None and (context.earlier or _says_more(root, document.subject)):
                    from vmlint.reading.earlier import manifest_then

                    document = document._replace(subject=manifest_then(document.subject, file, root, context))
                reading.add(document)
        except Unreadable as error:
            if claims_to_be_manifest(file.name, file.data):
                reading.broken(error.problem, file.data)
                return reading
    if context.readers and not _is_all_ours(reading):
        covered = {id(meant(each, file, context.readers)) for each in overlays}
        for reader in context.readers:
            _read_native(reading, reader, context, covered, hosts)
    if not reading.documents and not reading.skipped and context.readers:
        reading.settle_unread(context.readers)
    if reading.documents:
        reading.settle_waivers()
    elif context.host_readers and _NODES.search(file.searchable):
        from vmlint.reading.on_hosts import described

        reading.describes = described(file, context)
    return reading


def _is_all_ours(reading: Reading) -> bool:
    """Whether a file holds manifests and nothing else."""
    return 0 < reading.documents == sum(document.given for document in reading.file.yaml)


def _manifest_on(file: File, root: Node, context: Context, host: HostFacts) -> Document:
    return read_document(file, root, context._replace(host=host))


def _native_on(spec: Spec, file: File, reader: Reader, context: Context, host: HostFacts) -> Document:
    return native(spec, file, reader, context._replace(host=host), text_of(file))


def _placed(
    document: Document,
    hosts: Hosts,
    reading: Reading,
    choice: NodeChoice | None,
    read: Callable[[HostFacts], Document],
) -> Document:
    """Return a document with its workload on the hosts that it may run on. On one host, it is as it is there."""
    subject = document.subject
    if subject is not None and (why := hosts.none_fits(choice)):
        return document._replace(
            subject=subject._replace(unknowns={**subject.unknowns, "host.platform": NO_NODE}),
            faults=(*document.faults, _fits_none(why, subject, hosts)),
        )
    if len(hosts) == 1:
        alone = next(hosts.allowed(choice), None)
        return document if alone is None else read(alone[0])
    if subject is None:
        return document
    placed, left_out = hosts.placed(choice, lambda host: read(host).subject, limits.PLACED - reading.placed)
    reading.placed += len(placed)
    faults = [*document.faults, *([_too_many(subject, left_out)] if left_out else [])]
    return document._replace(subject=subject._replace(placed=placed), faults=tuple(faults))


def _too_many(subject: Subject, left_out: int) -> Diagnostic:
    from vmlint.findings.diagnostic import own

    message = (
        f"not judged on {left_out} of the hosts that are known: the workloads before it were on {limits.PLACED:,} that"
        " differ; lint it in a file of its own"
    )
    return own("VM904", message, subject.place("name"), "", subject.workload.name)


def _says_more(root: Node, subject: Subject) -> bool:
    """Whether a manifest says more to vmlint than what it describes: over another file, or by a label for rules."""
    return source_of(root) is not None or any(label.startswith(PREFIX) for label in subject.workload.labels)


NO_NODE = "it fits none of the nodes that are known"


def _fits_none(why: str, subject: Subject, hosts: Hosts) -> Diagnostic:
    from vmlint.findings.diagnostic import own  # imported only where something is wrong
    from vmlint.findings.severity import Severity

    place = subject.places.around("host.platform")
    found = own("VM928", f"fits none of the nodes that are known, {why}", place, "", subject.workload.name)
    found = found._replace(document=subject.document)
    return found if hosts.given else found._replace(severity=Severity.NOTE)


def _read_native(reading: Reading, reader: Reader, context: Context, covered: set[int], hosts: Hosts | None) -> None:
    """Add what the reader of a format finds. The failure of one does not affect the others."""
    file = reading.file
    try:
        for _ in recognised(file, (reader,)):
            reading.formats.append(reader.name)
            for spec, document in natives(file, reader, context):
                is_covered = id(spec) in covered
                if hosts and not is_covered and not (document.subject and document.subject.workload.host.any_stated()):
                    on = partial(_native_on, spec, file, reader, context)
                    document = _placed(document, hosts, reading, spec.nodes, on)
                if document.subject is not None and not is_covered and (context.earlier or hints_of(spec, file.shown)):
                    from vmlint.reading.earlier import native_then

                    document = document._replace(subject=native_then(document.subject, spec, file, reader, context))
                reading.add(document, covered=is_covered)
    except Unreadable as error:
        if reader.name in reading.formats:
            reading.broken(error.problem, file.shown.data)
    except Skipped as reason:
        reading.skipped = str(reason)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a reader may be anybody's, and meets hostile files
        reading.documents += 1
        reading.failed(reader_crash(reader, error))


def _lenient(data: bytes) -> str:
    """Decode what can be decoded, so that a broken file can still be shown around the break."""
    mark = next((pair for pair in ENCODINGS if data.startswith(pair[0])), (b"", "utf-8"))
    return data[len(mark[0]) : limits.SHOWN_BYTES].decode(mark[1], "replace")
