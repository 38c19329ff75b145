"""Hosts by the facts that files state of them: host documents, files of other tools, machines of other formats.

:func:`hosts_in` is a pure function of one file. The files of a folder are put together by :func:`hosts_of`: those of
one machine add to each other, and each other machine is a host of its own.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.catalog.kernel_names import names_of
from vmlint.findings.place import Text
from vmlint.findings.problem import Unreadable
from vmlint.model.derive import DERIVATIONS
from vmlint.model.workload import Workload
from vmlint.reading.claim import claims_to_be_manifest
from vmlint.reading.draft import Draft
from vmlint.reading.fill import fill_fields
from vmlint.reading.host import word_at
from vmlint.reading.host_facts import OWN, HostFacts
from vmlint.reading.host_parts import merged, of_two_machines, refuse_contradictions, stated_paths, with_settings
from vmlint.reading.native import held, recognised, text_of
from vmlint.reading.no_host import meant
from vmlint.reading.reader import Skipped
from vmlint.reading.subject import TablePlaces
from vmlint.reading.version import API_VERSION
from vmlint.syntax.yaml.nodes import ListNode, MapNode, Node, Scalar, find, span_of
from vmlint.words import as_label, error_text, listed

if TYPE_CHECKING:
    from vmlint.findings.place import Place
    from vmlint.reading.context import Context
    from vmlint.reading.file import File
    from vmlint.reading.reader import Reader
    from vmlint.reading.spec import Spec


def with_hosts(context: Context) -> Context:
    """Return a context in which the hosts are read. Raises ``Unreadable``, or ``ValueError`` with a sentence."""
    return context._replace(hosts=tuple(hosts_of(context))) if context.host_files else context


def hosts_of(context: Context) -> Sequence[HostFacts]:
    """Return the hosts for workloads that name none, in the order of their files.

    Raises ``Unreadable``, or ``ValueError`` with a sentence.
    """
    files = context.host_files
    if not files:
        return ()
    key = (hosts_of, tuple((file.name, id(file)) for file in files), context.catalog, context.today)
    memo = files[0].memo
    if key not in memo:
        memo[key] = with_settings([*_together(files, context)], _stem(files[0]))
    found: Sequence[HostFacts] = memo[key]
    return found


def one_host(file: File, context: Context) -> HostFacts:
    """Return the one host that a file describes. Raises ``Unreadable``, or ``ValueError`` with a sentence."""
    found = with_settings(hosts_in(file, context), _stem(file))
    if len(found) != 1:
        raise ValueError(f"expected the facts of one host, found {len(found)}; `--host` takes several")
    return found[0]


def hosts_in(file: File, context: Context) -> Sequence[HostFacts]:
    """Return the hosts that a file describes, of which there is at least one.

    Raises ``Unreadable``, or ``ValueError`` with a sentence.
    """
    found = _found(file, context)
    if not found:
        _refuse_broken(file)
        said = meant(file)
        raise ValueError(
            "expected facts of a host: what `vmlint host` prints, or a file of another tool that says what a host is "
            f"(docs/hosts.md); {said or 'found nothing of the kind'}"
        )
    if len(found) > limits.HOSTS:
        raise ValueError(f"expected at most {limits.HOSTS} hosts, found more")
    # The memo is shared by all names that a file is read under.
    return [_under_name(each, file) for each in found]


def describes_host(file: File, context: Context) -> bool:
    """Whether a file describes any host. Raises ``Unreadable``, or ``ValueError`` with a sentence."""
    if not _found(file, context):
        _refuse_broken(file)
        return False
    return True


def _found(file: File, context: Context) -> list[HostFacts]:
    key = (hosts_in, context.catalog, context.today)
    if key not in file.memo:
        file.memo[key] = [*_described(file, context)]
    found: list[HostFacts] = file.memo[key]
    return found


def _refuse_broken(file: File) -> None:
    """Raise ``Unreadable`` for a file that no reader recognised because it is broken, cut off or too large."""
    if len(file.data) > limits.FILE_BYTES:
        _ = file.text
    first = file.data[:256].lstrip()[:1]
    if first == b"<":
        _ = file.xml
    elif first in (b"{", b"[") or file.base.lower().endswith((".yaml", ".yml", ".json")):
        _ = file.yaml


def _under_name(facts: HostFacts, file: File) -> HostFacts:
    if all(each.name == file.name for each in facts.files):
        return facts
    texts = tuple(text._replace(name=file.name) for text in facts.texts)
    fields = {path: place._replace(file=file.name) for path, place in facts.places.fields.items()}
    entries = {key: place._replace(file=file.name) for key, place in facts.places.entries.items()}
    places = TablePlaces(fields, entries, facts.places.workload._replace(file=file.name))
    return facts._replace(places=places, files=(file,), texts=texts)


def _described(file: File, context: Context) -> Iterator[HostFacts]:
    own = [*_documents(file)]
    if own:
        for root in own:
            yield _own(file, root, context)
        return
    found = False
    for reader in recognised(file, context.host_readers):
        found = True
        for spec in _specs(file, reader):
            draft = _draft(spec, file, reader, context)
            places = TablePlaces(draft.places, draft.entries, spec.at.of(file.name))
            taints = tuple(spec.taints)
            labels = dict(draft.workload.labels)
            yield HostFacts(
                spec.name, (reader.name,), draft.workload, places, (file,), (text_of(file),), labels, taints,
                (spec.of_cluster,) if spec.of_cluster else (), spec.part,
            )  # fmt: skip
    if found:
        return
    for reader in recognised(file, context.readers):
        from vmlint.reading.machines import as_host  # imported only where a machine of a format is a host

        for spec in _specs(file, reader):
            draft = _draft(spec, file, reader, context)
            draft.state_guest(context.catalog)
            machine = as_host(draft)
            if machine is not None:
                yield HostFacts(spec.name, (reader.name,), *machine, (file,), (text_of(file),))


def _specs(file: File, reader: Reader) -> Iterator[Spec]:
    """Yield what a reader finds. Raises ``Unreadable``, or ``ValueError`` where it stops before the end."""
    found = held(file, reader)
    yield from found.specs
    if isinstance(found.error, Skipped):
        raise ValueError(f"it is not read: {found.error}")
    if found.error is not None and not isinstance(found.error, (Unreadable, ValueError)):
        raise ValueError(f"the reader of {reader.title} failed: {error_text(found.error)}")
    if found.error is not None:
        raise found.error.with_traceback(None)


def _draft(spec: Spec, file: File, reader: Reader, context: Context) -> Draft:
    for path, found in spec.asked.items():
        spec.entries(path, found(names_of(path, context.catalog)))
    draft = Draft(Workload(context.catalog, DERIVATIONS, context.today), spec, file.name, reader.cannot_know)
    draft.state_facts(reader.name)
    return draft


def _documents(file: File) -> Iterator[Node]:
    if b"Host" not in file.data.replace(b"\0", b""):
        return
    for document in file.yaml if claims_to_be_manifest(file.name, file.data) else file.documents:
        if document.node is not None and word_at(document.node, "kind") == "Host":
            version = word_at(document.node, "apiVersion") or "vmlint"
            if version.lower().startswith("vmlint"):
                yield document.node


def _own(file: File, root: Node, context: Context) -> HostFacts:
    """Return the facts of a host document. Raises ``ValueError`` with a sentence."""
    version = word_at(root, "apiVersion")
    if version not in (None, API_VERSION):  # one without it is wrong as well, and says what it means all the same
        raise ValueError(f"its `apiVersion` is {version!r}, which this vmlint does not read; write {API_VERSION}")
    spec = root.entries.get("spec") if isinstance(root, MapNode) else None
    if spec is None or not isinstance(spec[1], MapNode):
        raise ValueError("its spec is missing")
    node = spec[1]
    workload = Workload(context.catalog, DERIVATIONS, context.today)
    for refused in fill_fields(workload.host, node, ("spec",), extensible=True):
        where = ".".join(map(str, refused.path))
        raise ValueError(f"{where}: expected {refused.expected}; lint the file itself for more")
    fields: dict[str, Place] = {}
    entries: dict[tuple[str, str], Place] = {}
    for path in stated_paths(workload.host):
        value, key, _ = find(node, path.split(".")[1:])
        fields[path] = span_of(value, key).of(file.name)
        for item in value.items if isinstance(value, ListNode) else ():
            if isinstance(item, Scalar):
                entries[path, item.text] = span_of(item).of(file.name)
    name, _, matched = find(root, ["metadata", "name"])
    named = name.text if matched == 2 and isinstance(name, Scalar) else ""
    places = TablePlaces(fields, entries, span_of(root).of(file.name))
    return HostFacts(named, (OWN,), workload, places, (file,), (Text(file.name, file.text),))


def _together(files: Sequence[File], context: Context) -> Iterator[HostFacts]:
    """Yield the hosts that some files describe. Those of one folder that are about one machine add to each other.

    A file of a folder in which no host is recognised is passed over; :mod:`vmlint.reading.passed_over` tells which ones
    are. The settings of clusters come as they are.
    """
    folders: dict[str, list[HostFacts]] = {}
    for file in files:
        try:
            if not file.alone and not describes_host(file, context):
                continue
            found = hosts_in(file, context)
        except ValueError as error:
            raise ValueError(f"{file.name}: {error}" if len(files) > 1 else str(error)) from None
        yield from (each for each in found if each.of_cluster)
        for each in found:
            if not each.of_cluster:
                folders.setdefault(_whose(each, file), []).append(each)
    if not any(describes_host(file, context) for file in files):
        raise ValueError(f"no file of the folder holds facts of a host, {files[0].name} among them (docs/hosts.md)")
    if sum(map(len, folders.values())) > limits.HOSTS:
        raise ValueError(f"expected at most {limits.HOSTS} hosts, found more")
    yield from _each_once(_in_folders(folders, files, context))


def _whose(facts: HostFacts, file: File) -> str:
    """Return what facts add to: a folder, or the file that was named itself where they do not name their machine."""
    return file.name if file.alone and not facts.name else os.path.dirname(file.name)  # noqa: PTH120


def _each_once(hosts: Iterator[HostFacts]) -> Iterator[HostFacts]:
    """Yield hosts, of which no two may have one name: nobody could tell which one a finding is about."""
    first: dict[str, HostFacts] = {}
    for each in hosts:
        other = first.setdefault(each.name, each)
        if other is not each:
            raise ValueError(
                f"{other.files[0].name} and {each.files[0].name} both describe a host {each.name}; put what is about "
                "one machine into one folder, or give each host a name of its own"
            )
        yield each


def _in_folders(
    folders: Mapping[str, Sequence[HostFacts]], files: Sequence[File], context: Context
) -> Iterator[HostFacts]:
    order = {name: number for number, name in enumerate((OWN, *(reader.name for reader in context.host_readers)))}
    names = _names_alone([file for file in files if file.alone])
    for folder, found in folders.items():
        # A host document wins over everything, then what the machine itself printed over what another tool says of it,
        # then a machine that is described from outside. Of two files of one format, the first by name wins.
        name = names.get(folder) or as_label(os.path.basename(folder), "host")  # noqa: PTH119
        yield from _by_machine(sorted(found, key=lambda each: order.get(each.formats[0], len(order))), name)


def _names_alone(files: Sequence[File]) -> dict[str, str]:
    """Return the names of hosts whose files were named themselves: the file's, or its folder's where that is alike."""
    times = Counter(_stem(file) for file in files)
    return {
        file.name: _stem(file)
        if times[_stem(file)] == 1
        else as_label(os.path.basename(os.path.dirname(file.name)), "host")  # noqa: PTH119, PTH120
        for file in files
    }


def _by_machine(found: Sequence[HostFacts], name: str) -> Iterator[HostFacts]:
    """Yield the machines of one folder. What does not name its machine belongs to the only one that is there."""
    named: dict[str, list[HostFacts]] = {}
    nameless: dict[str, list[HostFacts]] = {}
    for each in found:
        if each.name:
            named.setdefault(each.name.partition(".")[0].lower(), []).append(each)
        else:
            nameless.setdefault(each.formats[0], []).append(each)
    unsure = [each for group in nameless.values() for each in group]
    twice = next(filter(None, map(of_two_machines, nameless.values())), ())
    if unsure and len(named) > 1:
        beside = listed([each[0].name for each in named.values()][:3])
        raise ValueError(
            f"{unsure[0].files[0].name} does not say of which host it is, and {beside} are beside it; put it in a "
            "folder with the other files of its host"
        )
    if twice and (named or len(nameless) > 1):
        raise ValueError(
            f"{twice[0].files[0].name} and {twice[1].files[0].name} are of one kind, and do not say of which hosts "
            "they are; put each in a folder with the other files of its host"
        )
    if twice:
        yield from (each._replace(name=_stem(each.files[0])) for each in twice)
    if unsure and not twice:
        refuse_contradictions(found)
    if not named and unsure and not twice:
        yield merged(unsure, name)
    for parts in named.values():
        of_machine = {id(each) for each in (*parts, *unsure)}
        yield merged([each for each in found if id(each) in of_machine], parts[0].name)


def _stem(file: File) -> str:
    return as_label(file.base.partition(".")[0], "host")
