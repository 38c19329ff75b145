"""Reading vmlint's own manifests.

The model itself accepts or refuses every key and value in one pass. Where it refuses anything, the document is judged
once more by its JSON Schema, which knows how to explain (:mod:`vmlint.reading.explain`).
"""

from __future__ import annotations

import itertools
import re
from collections import abc
from collections.abc import Iterator
from pathlib import PurePath
from types import MappingProxyType
from typing import NamedTuple

from vmlint.model.as_manifest import stated_fields
from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import stated_sources
from vmlint.model.workload import Workload
from vmlint.reading.drift import Drift, together
from vmlint.reading.fill import fill_document
from vmlint.reading.host import Context, find_host, word_at
from vmlint.reading.native import Native
from vmlint.reading.overlay import Failure, Found, find_native
from vmlint.reading.places import Place, Refused, Text, place_of, problem
from vmlint.syntax.text import Problem, decode
from vmlint.syntax.yaml.nodes import Mapping, Node, Scalar, Sequence, find, surprise
from vmlint.syntax.yaml.tree import load
from vmlint.words import nearest

API_VERSION = "vmlint/v1"
KINDS = ("Workload", "Host")
CATALOGUE_KINDS = ("Platform", "Guest")
"""Kinds of documents that add to the catalogue. They are read where the catalogue is, and passed over here."""


_NOTHING: abc.Mapping[str, str] = MappingProxyType({})
_OF_THE_FILE = ("deployment.", "guest.", "resources.")
"""Beginnings of fields that, where neither says them, the file of another tool leaves out rather than the manifest."""


class Manifest(NamedTuple):
    """One document of a manifest file."""

    kind: str
    workload: Workload | None
    """``None`` for a host document, and where the document is malformed."""
    problems: tuple[Problem, ...]
    roots: tuple[tuple[str, str, Node], ...]
    """Where fields are found: (prefix of the path, file name, tree), the most telling first."""
    texts: tuple[Text, ...]
    """The files that the places lie in."""
    native: Native | None = None
    """What the file of another tool says that the manifest lies over, read from ``deployment.source``."""
    ours: frozenset[str] = frozenset()
    """Fields of which both speak, and of which the manifest's word counts."""
    drifts: tuple[Drift, ...] = ()
    """Where the two contradict each other."""
    failures: tuple[Failure, ...] = ()
    """Readers of other tools' files that crashed."""

    @property
    def format(self) -> str:
        """The format of the file that it lies over; empty where there is none."""
        return self.native.format if self.native else ""

    @property
    def defaults(self) -> abc.Mapping[str, str]:
        """Field -> why that file's format guarantees its value. A manifest itself has no defaults."""
        if self.native is None:
            return _NOTHING
        return {path: why for path, why in self.native.defaults.items() if path not in self.ours}

    @property
    def unknowns(self) -> abc.Mapping[str, str]:
        """Field -> why that file leaves it open."""
        if self.native is None or self.workload is None:
            return _NOTHING
        said = [f"{path}." for path, _ in stated_fields(self.workload)]
        unknowns = self.native.unknowns.items()
        return {path: why for path, why in unknowns if not any(each.startswith(f"{path}.") for each in said)}

    def place(self, path: str, entry: str = "") -> Place:
        """Return where a field stands, or an entry of it, or else the nearest field around it.

        A derived fact stands where the fact that it follows from does.
        """
        if entry and (at := self._entry(path, entry)):
            return at
        sources = stated_sources(self.workload, path) if self.workload is not None else ()
        for step in (*sources, path):
            exact = self._exactly(step)
            if exact:
                return exact
        if self.native is not None and path.startswith(_OF_THE_FILE):
            return self.native.around
        found = self._walk(path)
        assert found is not None  # noqa: S101 - every document has a root that the walk starts from
        return found[0]

    def _exactly(self, path: str) -> Place | None:
        """Return where a field itself stands: in the file of another tool where that one's word counts."""
        stated = self.native.stated_at(path) if self.native is not None and path not in self.ours else None
        if stated is not None:
            return stated
        found = self._walk(path)
        return found[0] if found and found[1] else None

    def _entry(self, path: str, entry: str) -> Place | None:
        """Return where an entry of a list stands: in the file of another tool where that one's word counts."""
        if self.native is not None and path not in self.ours and (path, entry) in self.native.entries:
            return self.native.entries[path, entry]
        for file, node, _, whole in self._nodes(path):
            if whole and isinstance(node, Sequence):
                for item in node.items:
                    if isinstance(item, Scalar) and item.text == entry:
                        return place_of(file, item, None)
        return None

    def _walk(self, path: str) -> tuple[Place, bool] | None:
        best: tuple[Place, bool] | None = None
        for file, node, key, whole in self._nodes(path):
            if best is None or (whole and not best[1]):
                best = (place_of(file, node, key), whole)
        return best

    def _nodes(self, path: str) -> Iterator[tuple[str, Node, Scalar | None, bool]]:
        """Yield, for every document that may state a field, its file, the nearest node, its key, and if it is whole."""
        for prefix, file, root in self.roots:
            if prefix and path != prefix and not path.startswith(prefix + "."):
                continue
            steps = [step for step in path[len(prefix) :].strip(".").split(".") if step]
            if not prefix and steps and steps[0] not in ("metadata", "spec"):
                steps = ["metadata" if steps[0] in ("name", "labels") else "spec", *steps]
            node, key, matched = find(root, steps)
            yield file, node, key, matched == len(steps) or isinstance(node, Scalar)


_NAMES = (".vmlint.yaml", ".vmlint.yml", ".vmlint.json")
_CLAIM = re.compile(rb"""api_?version["']?\s{0,9}:\s{0,9}["']?vmlint\\?/""", re.IGNORECASE)
MOST_PROBLEMS = 50
"""Problems of one kind told of one document."""


def is_named_manifest(name: str) -> bool:
    """Tell whether a file is a manifest by its name, whatever it holds."""
    return PurePath(name).name.lower().endswith(_NAMES)


def may_be_manifest(name: str, data: bytes) -> bool:
    """Tell whether it is worth parsing a file to see if it holds a manifest. Quick, and never wrong with a no."""
    return is_named_manifest(name) or b"vmlint" in data.replace(b"\0", b"").lower()


def claims_to_be_manifest(name: str, data: bytes) -> bool:
    """Tell whether a file that cannot be parsed was meant to be a manifest."""
    return is_named_manifest(name) or bool(_CLAIM.search(data.replace(b"\0", b"")))


def read(name: str, data: bytes, context: Context) -> Iterator[Manifest]:
    """Read every document of a file. Documents of other tools in the same file are passed over.

    Raises :class:`~vmlint.syntax.text.Unreadable` where the file as a whole cannot be read.
    """
    text = decode(data)
    roots = [document.root for document in load(text)]
    named = is_named_manifest(name)
    beside = any(map(_is_ours, roots))
    for root in roots:
        if root is None or (isinstance(root, Scalar) and root.value() is None):
            continue
        if _is_ours(root) and word_at(root, "kind") in CATALOGUE_KINDS:
            continue
        if named or _is_ours(root) or (beside and _is_kin(root)):
            yield _read_document(Text(name, text), root, context)


def _is_ours(root: Node | None) -> bool:
    """Tell whether a document names vmlint as what reads it, be it with a misspelt key or an unknown version."""
    if not isinstance(root, Mapping):
        return False
    keys = [key for key in root.entries if "api" in key.lower() and nearest(key, ["apiversion"])]
    values = (root.entries[key][1] for key in keys)
    return any(isinstance(value, Scalar) and value.text.lower().startswith("vmlint") for value in values)


def _is_kin(root: Node) -> bool:
    """Tell whether a document beside one of ours is one too, its ``apiVersion`` forgotten or misspelt."""
    return word_at(root, "kind") in KINDS and word_at(root, "apiVersion") is None


def _read_document(file: Text, root: Node, context: Context) -> Manifest:
    kind = word_at(root, "kind") or ""
    roots: tuple[tuple[str, str, Node], ...] = (("", file.name, root),)
    problems = [*itertools.islice(_duplicates(root), MOST_PROBLEMS), *_envelope(root)]
    if any(problem.code == "VM915" for problem in problems):
        return Manifest(kind, None, tuple(problems), roots, (file,))
    workload = Workload(context.catalog, DERIVATIONS, context.today)
    refused = (
        [*fill_document(workload, root, kind)]
        if isinstance(root, Mapping)
        else [Refused((), root, "a block of fields")]
    )
    texts: tuple[Text, ...] = (file,)
    if refused:
        from vmlint.reading.explain import explain

        problems += explain(root, kind, refused)
    else:
        problems += itertools.islice(_surprises(root), MOST_PROBLEMS)
        problems += _settle_names(workload, root)
    if kind == "Host" or any(problem.code not in ("VM912", "VM913") for problem in problems):
        return Manifest(kind, None, tuple(problems), roots, texts)
    found, host = find_host(workload, file.name, root, context)
    problems += found
    if host:
        roots += (("host", host[0].name, host[1]),)
        texts += (host[0],)
    if any(problem.code == "VM914" for problem in found):
        return Manifest(kind, None, tuple(problems), roots, texts)
    alone = Manifest(kind, workload, tuple(problems), roots, texts)
    over = find_native(workload, file.name, root, context)
    return alone if over is None else _overlaid(alone, over)


def _overlaid(manifest: Manifest, over: Found) -> Manifest:
    """Return a manifest together with what was found of the file that it lies over."""
    if over.native is None or manifest.workload is None:
        told = (over.problem,) if over.problem else ()
        return manifest._replace(workload=None, problems=(*manifest.problems, *told), failures=over.failures)
    both = together(manifest.workload, over.native, manifest.place)
    texts = dict.fromkeys((*manifest.texts, *over.native.texts))
    return manifest._replace(
        workload=both.workload,
        texts=tuple(texts),
        native=over.native,
        ours=both.ours,
        drifts=both.drifts,
        failures=over.failures,
    )


def _envelope(root: Node) -> Iterator[Problem]:
    if not isinstance(root, Mapping):
        return
    for key, allowed in (("apiVersion", (API_VERSION,)), ("kind", KINDS)):
        if key not in root.entries:
            yield problem("VM910", root, f"`{key}` is missing", help=f"add `{key}: {allowed[0]}`")
            continue
        node = root.entries[key][1]
        if not isinstance(node, Scalar) or node.text not in allowed:
            shown = node.text if isinstance(node, Scalar) else "a block"
            yield problem(
                "VM915",
                node,
                f"`{key}` is {shown!r}, which this vmlint does not read",
                help=f"write {' or '.join(allowed)}",
            )


def _duplicates(root: Node) -> Iterator[Problem]:
    for node in walk(root):
        if isinstance(node, Mapping):
            for first, again in node.duplicates:
                message = f"key `{again.text}` stands here again; it was set on line {first.start.line + 1}"
                yield problem("VM906", again, message, help="keep one of the two")


def _surprises(root: Node) -> Iterator[Problem]:
    for node in walk(root):
        if isinstance(node, Scalar):
            told = surprise(node)
            if told:
                yield problem("VM912", node, f"`{node.text}`: {told}", help=f'quote it: "{node.text}"')


def walk(root: Node) -> Iterator[Node]:
    """Yield every node once, aliases not expanded, without recursion."""
    pending, seen = [root], set()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, Mapping):
            pending.extend(value for _, value in reversed(node.entries.values()))
        elif isinstance(node, Sequence):
            pending.extend(reversed(node.items))


def _settle_names(workload: Workload, root: Node) -> Iterator[Problem]:
    """Replace other spellings of platforms by their ids, and tell of unknown ones."""
    choice = workload.deployment.platform
    if not choice.states("id"):
        return
    known = workload.catalog.platform_id(choice.id)
    if known:
        choice.id = known
        return
    near = workload.catalog.nearest_platform(choice.id)
    node, _, _ = find(root, ["spec", "deployment", "platform", "id"])
    yield problem(
        "VM913",
        node,
        f"platform {choice.id!r} is not in the catalogue, so nothing about it can be checked",
        help=f"did you mean `{near}`?"
        if near
        else "`vmlint schema --platforms` lists the platforms that are known; a document of kind Platform adds one",
    )
