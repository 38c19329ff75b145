"""Reading vmlint's own manifests.

The model itself accepts or refuses every key and value in one pass. Where it refuses anything, the document is judged
once more by its JSON Schema, which knows how to explain (:mod:`vmlint.reading.explain`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.findings.place import Text
from vmlint.model.derive import DERIVATIONS
from vmlint.model.groups.host import Host
from vmlint.model.workload import Workload
from vmlint.reading.claim import is_named_manifest, may_hold_remarks
from vmlint.reading.fill import Refused, fill_document
from vmlint.reading.host import texts_of, word_at
from vmlint.reading.host_ref import find_host
from vmlint.reading.overlay import Found, find_native
from vmlint.reading.subject import Document, HostedPlaces, OverlaidPlaces, Subject, TreePlaces
from vmlint.reading.version import API_VERSION
from vmlint.syntax.yaml.nodes import ListNode, MapNode, Node, Scalar, find, problem, surprise
from vmlint.words import certain, did_you_mean, nearest

if TYPE_CHECKING:
    from vmlint.catalog.names import KnownName
    from vmlint.findings.fix import Fix
    from vmlint.findings.problem import Problem
    from vmlint.findings.waiver import Waiver
    from vmlint.reading.context import Context
    from vmlint.reading.file import File

KINDS = ("Workload", "Host")
CATALOGUE_KINDS = ("Platform", "Guest", "Software", "Feature")
"""Kinds of documents that add to the catalogue. They are read where the catalogue is, and skipped here."""


def read(file: File, context: Context) -> Iterator[Document]:
    """Read every document of a file that is vmlint's. Documents of other tools in the same file are skipped.

    Raises :class:`~vmlint.findings.problem.Unreadable` where the file as a whole cannot be read.
    """
    for root in documents(file):
        yield read_document(file, root, context)


def documents(file: File) -> Iterator[Node]:
    """Yield the documents of a file that are manifests or host documents. Raises ``Unreadable``."""
    roots = [(document.node, _is_ours(document.node)) for document in file.yaml if document.given]
    named = is_named_manifest(file.name)
    beside = any(ours for _, ours in roots)
    for root, ours in roots:
        if root is None or (ours and word_at(root, "kind") in CATALOGUE_KINDS):
            continue
        if named or ours or (beside and _is_kin(root)):
            yield root


def _is_ours(root: Node | None) -> bool:
    """Whether a document is meant for vmlint, even with a misspelt key or an unknown version."""
    if not isinstance(root, MapNode):
        return False
    return any(
        isinstance(value, Scalar) and value.text.lower().startswith("vmlint") and _is_api_version(key)
        for key, (_, value) in root.entries.items()
        if "api" in key.lower()
    )


def _is_api_version(key: str) -> bool:
    # Looking for what a misspelt word meant takes long, so it is done only for one that is misspelt.
    return key == "apiVersion" or nearest(key, ["apiversion"]) is not None


def _is_kin(root: Node) -> bool:
    """Whether a document in a file with one of ours is one too, with ``apiVersion`` forgotten or misspelt."""
    return word_at(root, "kind") in KINDS and word_at(root, "apiVersion") is None


def read_document(file: File, root: Node, context: Context) -> Document:
    """Read one document of a file."""
    kind = word_at(root, "kind") or ""
    text = Text(file.name, file.text)
    nodes = [*walk(root)] if _is_odd(root) else ()
    problems = [*itertools.islice(_duplicates(nodes, file.text), limits.PROBLEMS), *_envelope(root, file.text)]
    if any(problem.code == "VM915" for problem in problems):
        return _document(None, problems, (text,))
    workload = Workload(context.catalog, DERIVATIONS, context.today)
    refused = (
        [*fill_document(workload, root, kind)]
        if isinstance(root, MapNode)
        else [Refused((), root, "a block of fields")]
    )
    if refused:
        from vmlint.reading.explain import explain

        problems += explain(root, kind, refused)
    else:
        problems += _settle_names(workload, root)
    reported = {problem.at for problem in problems}
    surprises = (each for each in _surprises(nodes, root, kind) if each.at not in reported)
    problems += itertools.islice(surprises, limits.PROBLEMS)
    if kind == "Host" or any(problem.code not in ("VM912", "VM913") for problem in problems):
        return _document(None, problems, (text,))
    found, host = find_host(workload, file.name, root, context)
    problems += found
    if any(problem.code == "VM914" for problem in found):
        return _document(None, problems, (text,))
    own, texts = TreePlaces(file.name, root), (text, *texts_of(host))
    subject = Subject(workload, own if host is None else HostedPlaces(own, host.places), texts)
    stands: tuple[Waiver, ...] = ()
    files = (file, *host.files) if host is not None else (file,)
    if _has_waivers(root) or any(map(may_hold_remarks, files)):
        from vmlint.reading.waivers import waivers

        stands = _stands(file, root)
        of_workload = tuple(each for each in stands if each.scope == "workload")
        subject = subject._replace(waivers=of_workload, around=tuple(waivers(each).around for each in files))
    over = find_native(workload, file.name, root, context)
    document = _document(subject, problems, texts) if over is None else _overlaid(subject, problems, over)
    document = document._replace(stands=(*document.stands, *stands))
    if context.given and document.subject is not None:
        from vmlint.reading.given import with_given

        names_host = find(root, ["spec", "hostRef"])[2] == 2
        told = with_given(document.subject, context, names_host=names_host)
        document = document._replace(subject=told, texts=tuple(dict.fromkeys((*document.texts, *told.texts))))
    return document


def _stands(file: File, root: Node) -> tuple[Waiver, ...]:
    """Return the waivers that stand in a document: in its comments and in its metadata."""
    from vmlint.reading.waiver_blocks import stated
    from vmlint.reading.waivers import standing

    lines = [each.start.line + 1 for each in documents(file)]
    return (*standing(file, root.start.line + 1, lines, "manifest"), *stated(file, root))


def _document(subject: Subject | None, problems: Iterable[Problem], texts: tuple[Text, ...]) -> Document:
    return Document.of(subject, problems, texts)


def _overlaid(subject: Subject, problems: list[Problem], over: Found) -> Document:
    """Return a manifest combined with what was read of the file that it annotates."""
    if over.native is None or over.native.subject is None:
        if over.problem:
            problems.append(over.problem)
        return _document(None, problems, subject.texts)._replace(crashes=over.crashes)
    from vmlint.model.as_manifest import stated_fields  # imported only for a manifest that annotates a file
    from vmlint.reading.drift import together

    native = over.native.subject
    both = together(subject.workload, native, subject.place)
    both.workload.format = native.format
    texts = tuple(dict.fromkeys((*subject.texts, *native.texts)))
    stated = [f"{path}." for path, _ in stated_fields(both.workload)]
    merged = Subject(
        both.workload,
        OverlaidPlaces(subject.places, native.places, both.ours),
        texts,
        native.format,
        {path: why for path, why in native.defaults.items() if path not in both.ours},
        {path: why for path, why in native.unknowns.items() if not any(each.startswith(f"{path}.") for each in stated)},
        document=native.document,
    )
    merged = merged._replace(
        waivers=(*subject.waivers, *native.waivers), around=tuple(dict.fromkeys((*subject.around, *native.around)))
    )
    alone = _document(merged, problems, texts)
    return alone._replace(
        faults=(*alone.faults, *over.native.faults, *both.drifts), crashes=over.crashes, stands=over.native.stands
    )


def _has_waivers(root: Node) -> bool:
    """Whether the metadata of a document states waivers."""
    return find(root, ["metadata", "waivers"])[2] == 2


def _envelope(root: Node, text: str) -> Iterator[Problem]:
    if not isinstance(root, MapNode):
        return
    for key, allowed in (("apiVersion", (API_VERSION,)), ("kind", KINDS)):
        if key not in root.entries:
            missing = problem("VM910", root, f"`{key}` is missing", help=f"add `{key}: {allowed[0]}`")
            yield missing._replace(fixes=_missing(root, key, text))
            continue
        node = root.entries[key][1]
        if not isinstance(node, Scalar) or node.text not in allowed:
            shown = node.text if isinstance(node, Scalar) else "a block"
            unread = problem(
                "VM915",
                node,
                f"`{key}` is {shown!r}, which this vmlint does not read",
                help=f"write {' or '.join(allowed)}",
            )
            yield unread._replace(fixes=_respelt(node, key, allowed))


def _missing(root: MapNode, key: str, text: str) -> tuple[Fix, ...]:
    """Return the fix that adds a key of the envelope; none where it is there but misspelt."""
    from vmlint.reading import mends

    if any(nearest(other, [key]) for other in root.entries):
        return ()
    if key == "apiVersion":
        return mends.added(root, key, API_VERSION, text, safe=True)
    spec = root.entries["spec"][1] if "spec" in root.entries else None
    fields = {"Workload": frozenset({*Workload.named, "hostRef"}), "Host": frozenset(Host.named)}
    kinds = [*mends.kinds_of(spec, fields)]
    return mends.added(root, key, kinds[0], text, safe=True) if len(kinds) == 1 else ()


def _respelt(node: Node, key: str, allowed: tuple[str, ...]) -> tuple[Fix, ...]:
    """Return the fix of a misspelt kind, or of a version that is written in capitals: another one may be meant."""
    from vmlint.reading import mends

    word = node.text if isinstance(node, Scalar) else ""
    near = certain(word, allowed)
    return mends.respelt(node, near, allowed) if key == "kind" or word.lower() == (near or "").lower() else ()


def _is_odd(root: Node) -> bool:
    """Whether a document has a key twice, or a value that YAML 1.1 reads otherwise. Most have neither."""
    pending: list[Node] = [root]
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if type(node) is Scalar:
            if node.plain and surprise(node):
                return True
        elif id(node) not in seen:
            seen.add(id(node))
            if type(node) is ListNode:
                pending += node.items
            elif type(node) is MapNode:
                if node.duplicates:
                    return True
                pending += [value for _, value in node.entries.values()]
    return False


def _duplicates(nodes: Iterable[Node], text: str) -> Iterator[Problem]:
    for node in nodes:
        if type(node) is MapNode and node.duplicates:
            from vmlint.reading import mends

            for first, again, value in node.duplicates:
                message = f"key `{again.text}` is set again; it was first set on line {first.start.line + 1}"
                fixes = mends.again(node.entries[first.text][1], again, value, text) if value else ()
                yield problem("VM906", again, message, help="keep one of the two")._replace(fixes=fixes)


def _surprises(nodes: Iterable[Node], root: Node, kind: str) -> Iterator[Problem]:
    paths: dict[int, str] = {}
    for node in nodes:
        if type(node) is Scalar and node.plain:
            reason = surprise(node)
            if reason:
                from vmlint.reading import mends

                paths = paths or mends.paths(root)
                path = paths.get(id(node), "")
                fixes = mends.unambiguous(node, f"host.{path}" if kind == "Host" else path)
                help = fixes[0].about if fixes and fixes[0].edits[0].text[0] != '"' else f'quote it: "{node.text}"'
                yield problem("VM912", node, f"`{node.text}`: {reason}", help=help)._replace(fixes=fixes)


def walk(root: Node) -> Iterator[Node]:
    """Yield every node once, without expanding aliases and without recursion."""
    pending, seen = [root], set()
    while pending:
        node = pending.pop()
        if not isinstance(node, Scalar):  # an alias of a single value is a copy of it
            if id(node) in seen:
                continue
            seen.add(id(node))
            inside = [value for _, value in node.entries.values()] if isinstance(node, MapNode) else node.items
            pending += inside[::-1]
        yield node


def _known_by_name(root: Node, named: KnownName) -> Problem:
    """Report a platform of which the catalogue knows the name and nothing more."""
    node, _, _ = find(root, ["spec", "deployment", "platform", "id"])
    near = f"{named.near} is the nearest that is judged; " if named.near else ""
    return problem(
        "VM913",
        node,
        f"{named.name} ({named.about}) is known by its name only, so nothing about it is checked",
        help=f"{near}a document of kind Platform says what yours offers (docs/catalogue.md)",
    )


def _settle_names(workload: Workload, root: Node) -> Iterator[Problem]:
    """Replace other spellings of platforms by their ids, and report unknown ones."""
    choice = workload.deployment.platform
    if not choice.states("id"):
        return
    known = workload.catalog.platform_id(choice.id)
    if known:
        choice.id = known
        return
    if named := workload.catalog.known_name(choice.id):
        yield _known_by_name(root, named)
        return
    near = workload.catalog.nearest_platform(choice.id)
    node, _, _ = find(root, ["spec", "deployment", "platform", "id"])
    from vmlint.reading import mends

    unknown = problem(
        "VM913",
        node,
        f"platform {choice.id!r} is not in the catalogue, so nothing about it can be checked",
        help=did_you_mean(
            near,
            "`vmlint schema --platforms` lists the platforms that are known; a document of kind Platform adds one",
        ),
    )
    changes = (("deployment.platform.id", near or ""),)
    words = workload.catalog.platforms.words
    yield unknown._replace(fixes=mends.respelt(node, near, words, meanings=words, changes=changes))
