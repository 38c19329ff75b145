"""What a workload would be by what another revision says to vmlint.

A file has content, which its own tool acts on, and words to vmlint, which nobody else reads: hints in comments, labels
and annotations of vmlint, manifests over the file, host documents. Content that changes is a change; words that change
can hide a finding about content that stays as it is. So a workload is read a second time: its content as it is now,
with the words of the other revision.

| read                           | content                | words                                          |
|--------------------------------|------------------------|------------------------------------------------|
| a file of another tool         | all but its hints      | its hints                                      |
| a manifest over such a file    | what that file states  | the manifest, with the host that it refers to  |
| a manifest alone               | all but its context    | labels, environment, host, and what settings   |
|                                |                        | of the project state for it                    |

Whoever compares the two findings (:mod:`vmlint.run.hidden`) knows what the new words hide.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from vmlint.findings.problem import Unreadable
from vmlint.model.as_manifest import stated_fields
from vmlint.model.derive import DERIVATIONS
from vmlint.model.labels import PREFIX
from vmlint.model.paths import locate, remove
from vmlint.model.workload import Workload, clone
from vmlint.reading.context import Silence
from vmlint.reading.given import with_given
from vmlint.reading.hints import Hint, hints_of
from vmlint.reading.host import default_host, fill_gaps, word_at
from vmlint.reading.manifest import documents, read_document
from vmlint.reading.native import held, native, recognised, text_of
from vmlint.reading.overlay import annotated, source_of
from vmlint.reading.subject import Then
from vmlint.syntax.yaml.nodes import Node, find
from vmlint.words import as_text

if TYPE_CHECKING:
    from vmlint.findings.place import Place
    from vmlint.reading.context import Context, Earlier
    from vmlint.reading.file import File
    from vmlint.reading.reader import Reader
    from vmlint.reading.spec import Spec
    from vmlint.reading.subject import Subject

_HOST = "host."
SILENCE: Earlier = Silence()


def native_then(subject: Subject, spec: Spec, file: File, reader: Reader, context: Context) -> Subject:
    """Return the workload of another tool's file with what it would be by the words of other revisions."""
    found: list[Then] = []
    for earlier in _with_silence(context):
        if _words(_hints_then(spec, file, reader, earlier)) != _words(hints_of(spec, file.shown)):
            then = native(spec, file, reader, _context(context, earlier), text_of(file)).subject
            found += _then(subject, then, earlier)
    return subject._replace(then=tuple(found))


def manifest_then(subject: Subject, file: File, root: Node, context: Context) -> Subject:
    """Return the workload of a manifest with what it would be by the words of other revisions."""
    found: list[Then] = []
    for earlier in _with_silence(context):
        over = annotated(file.name, root, context)
        then: Subject | None
        if over is None and earlier not in context.earlier:
            then = _unlabelled(subject)
        elif over is not None:
            then = _over(subject, file, root, over, context, earlier)
        elif find(root, ["spec", "hostRef"])[2] < 2 and _is_same(file, earlier):
            continue
        else:
            then = _alone(subject, file, root, context, earlier)
        found += _then(subject, then, earlier)
    return subject._replace(then=tuple(found))


def _with_silence(context: Context) -> tuple[Earlier, ...]:
    """Return the revisions to compare with, and always that in which nothing was said: what hides is counted."""
    return context.earlier if SILENCE in context.earlier else (*context.earlier, SILENCE)


def _unlabelled(subject: Subject) -> Subject:
    """Return the workload of a manifest without its labels for rules."""
    workload = clone(subject.workload)
    workload.labels = {name: text for name, text in workload.labels.items() if not name.startswith(PREFIX)}
    return subject._replace(workload=workload)


def _over(
    subject: Subject,
    file: File,
    root: Node,
    over: tuple[File, Reader, Spec],
    context: Context,
    earlier: Earlier,
) -> Subject | None:
    """Return the workload of another tool with what was said over it then, which may be nothing."""
    other, reader, spec = over
    document = _document_then(file, root, earlier)
    if document is not None:
        before, node = document
        there = _context(context, earlier, node)
        same = annotated(file.name, node, there)
        if same is not None and (same[0].name, same[1].name, same[2].name) == (other.name, reader.name, spec.name):
            then = read_document(before, node, there).subject
            if then is not None:
                return then
    there = _context(context, earlier)
    if earlier.revision:
        return native(spec, other, reader, there, text_of(other)).subject
    beside = Workload(context.catalog, DERIVATIONS, context.today)
    fill_gaps(subject.workload.host, beside.host)  # where it runs hides nothing
    alone = native(spec, other, reader, there, text_of(other), beside).subject
    return with_given(alone, there) if alone is not None and context.given else alone


def _alone(subject: Subject, file: File, root: Node, context: Context, earlier: Earlier) -> Subject:
    """Return a workload that only a manifest describes, in the context that was stated for it then."""
    by_settings = {fact.path for fact in context.given}

    def is_context(path: str) -> bool:
        if path.startswith(_HOST):
            return bool(earlier.revision)  # where it runs is a way to hide only what another revision knows otherwise
        return path == "environment" or path in by_settings

    workload = clone(subject.workload)
    for path in [path for path, _ in stated_fields(workload) if is_context(path)]:
        remove(workload, path)
    workload.labels = {}
    names_host = False
    document = _document_then(file, root, earlier)
    if document is not None:
        before, node = document
        names_host = find(node, ["spec", "hostRef"])[2] == 2
        there = _context(context, earlier, node)._replace(given=(), hosts=(), host=None)
        then = read_document(before, node, there).subject
        if then is not None:
            workload.labels = dict(then.workload.labels)
            for path, value in stated_fields(then.workload):
                if is_context(path):
                    group, field = locate(workload, path)
                    setattr(group, field.attribute, value)
    host = None if workload.host.any_stated() else default_host(context, workload)
    told = with_given(subject._replace(workload=workload), context, names_host=names_host)
    if host is not None:
        fill_gaps(host.host, told.workload.host)
    return told


def _then(subject: Subject, then: Subject | None, earlier: Earlier) -> Iterator[Then]:
    """Yield what a workload was, where that is another thing than it is."""
    if then is None:
        return
    now, before = _facts(subject.workload), _facts(then.workload)
    if now != before:
        new = (path for path, value in now.items() if before.get(path) != value)
        said = [(f"{path}={as_text(now[path])}", at) for path in new if (at := subject.places.exact(path)) is not None]
        # Places are those of the present files: what was said then stands in none of them.
        shown = then._replace(places=subject.places, texts=subject.texts, then=())
        yield Then(earlier.revision, shown, tuple(sorted(said, key=_place)))


def _place(said: tuple[str, Place]) -> tuple[str, int, int, str]:
    text, at = said
    return at.file, at.line, at.column, text


def _facts(workload: Workload) -> dict[str, Any]:
    return {**dict(stated_fields(workload)), **{f"labels.{name}": text for name, text in workload.labels.items()}}


def _context(context: Context, earlier: Earlier, root: Node | None = None) -> Context:
    """Return a context in which the words of a revision count; ``root`` is a document of it that is read."""
    source = source_of(root) if root is not None else None

    def opened(name: str, reference: str) -> File:
        if source is not None and reference == source.file.text:
            return context.open_reference(name, reference)  # content: as it is now
        return earlier.refer(name, reference)

    return context._replace(
        open_reference=opened,
        earlier=(),
        hints_then=lambda spec, file, reader: _hints_then(spec, file, reader, earlier),
    )


def _hints_then(spec: Spec, file: File, reader: Reader, earlier: Earlier) -> list[Hint]:
    """Return the hints to a workload at a revision, shown where the workload is."""
    before = earlier.file(file.name)
    if before is None:
        return []
    specs = held(file, reader).by_name.get(spec.name, ())
    number = next(count for count, each in enumerate(specs) if each is spec)
    try:
        known = held(before, reader).by_name if any(True for _ in recognised(before, (reader,))) else {}
        same = [*known.get(spec.name, ())][number : number + 1]
        found = hints_of(same[0], before.shown) if same else _of_comments(before)
    except Unreadable:
        return []
    return [each._replace(at=spec.at) for each in found]


def _of_comments(file: File) -> list[Hint]:
    from vmlint.reading.hints import hints

    return [*hints(file.shown).taken]


def _words(hints: Iterable[Hint]) -> list[tuple[str, str]]:
    return [(each.path, each.text) for each in hints]


def _is_same(file: File, earlier: Earlier) -> bool:
    before = earlier.file(file.name)
    return before is not None and before.data == file.data


def _document_then(file: File, root: Node, earlier: Earlier) -> tuple[File, Node] | None:
    """Return the document of a revision that has the name of a present one, and its number among those of this name."""
    before = earlier.file(file.name)
    if before is None:
        return None
    try:
        same = [each for each in documents(file) if _name(each) == _name(root)]
        number = next(count for count, each in enumerate(same) if each is root)
        known = itertools.islice((each for each in documents(before) if _name(each) == _name(root)), number, None)
        found = next(known, None)
    except Unreadable:
        return None
    return None if found is None else (before, found)


def _name(root: Node) -> tuple[str | None, str | None]:
    metadata, _, matched = find(root, ["metadata"])
    return word_at(root, "kind"), word_at(metadata, "name") if matched else None
