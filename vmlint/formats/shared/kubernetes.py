"""What files of Kubernetes and of KubeVirt have in common: objects, names, quantities, and hints in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from vmlint.api import Cursor, File, NodeChoice, Requirement, Skipped, Spec, Toleration, Unreadable, apart

from .amounts import in_bytes
from .carriers import is_program
from .computed import is_computed, literal
from .merges import in_order
from .templates import MARKS, is_template_of_yaml, others_read, template

ARCHITECTURE_LABELS = ("kubernetes.io/arch", "beta.kubernetes.io/arch")
OS_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")

LABELS = frozenset(
    {"role", "desktop-workload", "malware-lab", "deterministic-emulation", "pre-warmed", "compensating-control", "gpu"}
)
"""Labels that vmlint reads, without their prefix: an annotation may carry them as well."""

GPUS = ("nvidia.com/gpu", "nvidia.com/mig-", "amd.com/gpu", "gpu.intel.com/")
"""Prefixes of the resources by which a container gets a GPU through the node's driver."""

HUGE_PAGES = {
    "hugepages-2Mi": (2**21, "kernel.hugepages.2Mi"), "hugepages-1Gi": (2**30, "kernel.hugepages.1Gi"),
}  # fmt: skip
"""Resources of huge pages -> the bytes of a page, and the feature that counts them."""

MOBILITY = {"LiveMigrate": "required", "LiveMigrateIfPossible": "preferred"}
"""KubeVirt's eviction strategies, which say what a drain of a node does to a machine -> whether it has to move."""

_TEMPLATE = re.compile(MARKS)
_QUANTITY = re.compile(r"([0-9]{1,18}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})(m|k|[KMGTPE]i?|[eE][+-]?[0-9]{1,2})?")
_FACTORS = {
    "": Fraction(1), "m": Fraction(1, 1000), "k": Fraction(1000),
    **{unit: Fraction(1000 ** power) for power, unit in enumerate("MGTPE", 2)},
    **{f"{unit}i": Fraction(1024 ** power) for power, unit in enumerate("KMGTPE", 1)},
}  # fmt: skip


def outline_of(file: File) -> list[Cursor]:
    """Return the documents of a file as kubectl takes them, as far as they go."""
    return in_order(file, file.outline)


def objects(roots: Iterable[Cursor]) -> Iterator[Cursor]:
    """Yield the objects of some documents, those in lists one by one."""
    pending = [*roots][::-1]
    while pending:
        here = pending.pop()
        items = _items_of(here)
        if items is not None:
            pending += reversed(items)
        if here and (items is None or not (here.at("kind").text or "List").endswith("List")):
            yield here  # other tools than kubectl, such as a kubelet, go by the kind


def _items_of(entry: Cursor) -> list[Cursor] | None:
    """Return the objects of a list, which is one by its ``items``, whatever its kind is; ``None`` for other objects.

    So does kubectl, which does not even mind capitals there. Objects that are named neither in kind nor in group are of
    the list's own: those of a PodList are Pods.
    """
    lists = [value for key, value in entry.entries.items() if key.lower() == "items" and value.is_list]
    if not lists:
        return None
    kind, version = entry.at("kind"), entry.at("apiVersion")
    of_list = {"kind": ((kind.text or "").removesuffix("List"), kind), "apiVersion": (version.text or "", version)}
    return [
        each
        if each.at("kind").text or each.at("apiVersion").text
        else each.without("kind").without("apiVersion").completed(of_list)
        for found in lists
        for each in found.items
    ]


def kind_of(entry: Cursor, kinds: Collection[str], groups: Collection[str]) -> str:
    """Return an object's kind if it is one of some kinds of some API groups, and nothing otherwise."""
    kind, version = entry.at("kind").text, entry.at("apiVersion").text
    if kind is None or version is None or kind not in kinds:
        return ""
    return kind if version.rpartition("/")[0] in groups else ""


def looks_like(file: File, kinds: Iterable[str]) -> bool:
    """Whether a text that is not YAML was meant to be a file of such objects: a template, or a broken file."""
    text = file.text
    first = text.lstrip("\ufeff \t\r\n").split("\n", 1)[0].strip()
    starts = first.startswith(("apiVersion", "kind", "---", "#", "{", '"')) or _TEMPLATE.match(first)
    if not _is_yaml_elsewhere(file) and (is_program(file) or not starts):
        return False
    text = file.searchable.decode("utf-8", "replace")
    if first.startswith("{") and not _TEMPLATE.match(first) and '"kind"' not in text:
        return False
    kind = rf"(?:^|[{{,])[ \t]*[\"']?kind[\"']?\s*:\s*[\"']?(?:{'|'.join(kinds)})\b"
    return "apiVersion" in text and re.search(kind, text, re.MULTILINE) is not None


def _is_yaml_elsewhere(file: File) -> bool:
    """Whether a file is refused although other tools may read it, so that its beginning tells nothing."""
    try:
        _ = file.yaml
    except Unreadable as refusal:
        return others_read(refusal)
    return False


def in_template(roots: Iterable[Cursor], kinds: Collection[str], groups: Collection[str]) -> bool:
    """Whether a template of OpenShift makes objects of some kinds of some API groups."""
    return any(
        root.at("kind").text == "Template" and any(kind_of(each, kinds, groups) for each in root.at("objects").items)
        for root in roots
    )


class PassedOver:
    """Counts what of a file is a template, and is passed over for that. The rest is read."""

    def __init__(self) -> None:
        self.count = 0
        self.whole = 0
        """How many documents or objects there are."""
        self.read = 0
        """How many workloads are read."""
        self._broken: Unreadable | None = None

    def documents(self, file: File) -> list[Cursor]:
        """Return the documents of a file that can be read."""
        try:
            return in_order(file, file.yaml)
        except Unreadable as refusal:
            self._broken = refusal
        found: list[Cursor] = []
        broken = None
        for text, documents in apart(file.text):
            if not isinstance(documents, Unreadable):
                roots = [Cursor(each.root) for each in documents if each.root is not None]
                found += roots
                self.whole += len(roots)
                continue
            self.whole += 1
            if is_template_of_yaml(text, documents):
                self.count += 1
            else:
                broken = broken or documents
        if not self.whole:
            return []  # there are too many documents to read each apart
        if self.count or found:
            self._broken = broken
        elif self._broken and is_template_of_yaml(file.text, self._broken):
            self.count, self._broken = 1, None
        return in_order(file, found)

    def object(self) -> None:
        """Count an object whose name is filled in."""
        self.count += 1

    def settle(self) -> None:
        """Raise ``Unreadable`` where a document is broken, ``Skipped`` where any is a template."""
        if self._broken is not None:
            raise self._broken.with_traceback(None)
        if self.count and self.read:
            these = "one of its documents is" if self.count == 1 else f"{self.count} of its documents are"
            what = "a template" if self.count == 1 else "templates"
            raise Skipped(f"{these} {what} (Helm, Jinja or the like): lint what it renders to")
        if self.count:
            raise template("(Helm, Jinja or the like)")


def named(entry: Cursor, file: File) -> str:
    """Return an object's name. Raises ``Skipped`` where it is filled in: then the object is a template."""
    name = entry.at("metadata", "name").text or (entry.at("metadata", "generateName").text or "").rstrip("-")
    if _TEMPLATE.search(name):
        raise template("(Helm, Jinja or the like)")
    return name or file.base.rpartition(".")[0] or file.base


class Identity(NamedTuple):
    """The identity of an object in a cluster."""

    kind: str
    namespace: str
    name: str


def identity(entry: Cursor, kind: str) -> Identity:
    """Return an object's identity."""
    metadata = entry.at("metadata")
    return Identity(kind, metadata.at("namespace").text or "", metadata.at("name").text or "")


def document_of(entry: Cursor, kind: str) -> str:
    """Return what tells an object from others of the same name: its kind, and its namespace if it states one."""
    return "/".join(filter(None, (kind, identity(entry, kind).namespace)))


def owners(entry: Cursor) -> Iterator[Identity]:
    """Yield the identities of the objects that an object was made by."""
    metadata = entry.at("metadata")
    for owner in metadata.at("ownerReferences").items:
        yield Identity(owner.at("kind").text or "", metadata.at("namespace").text or "", owner.at("name").text or "")


def first(*cursors: Cursor) -> Cursor:
    """Return the first that is in the file, or else the last."""
    return next((cursor for cursor in cursors if cursor.given), cursors[-1])


def quantity(cursor: Cursor) -> Fraction | None:
    """Return a Kubernetes quantity."""
    text = cursor.text
    match = _QUANTITY.fullmatch(text.strip()) if text and len(text) < 40 else None
    if not match:
        return None
    number, unit = Fraction(f"0{match[1]}"), match[2] or ""
    if unit[:1] in ("e", "E") and len(unit) > 1 and unit != "Ei":
        exponent = int(unit[1:])
        return number * Fraction(10) ** exponent if abs(exponent) <= 18 else None
    return number * _FACTORS[unit]


def cpus(number: Fraction) -> str | None:
    """Write a number of CPUs as a manifest does."""
    if number <= 0 or number > 10**6:
        return None
    return str(number.numerator) if number.denominator == 1 else f"{max(int(number * 1000), 1)}m"


def size_text(cursor: Cursor) -> str | None:
    """Return a quantity of bytes as a manifest writes it, unchanged if a manifest accepts it."""
    number = quantity(cursor)
    if number is None:
        return None
    text = (cursor.text or "").strip()
    return text if re.fullmatch(r"[0-9]+(?:k|[KMGTP]i|[MGTP])", text) and number > 0 else in_bytes(int(number))


def words_to_vmlint(spec: Spec, *metadatas: Cursor) -> None:
    """Take hints and waivers from labels and annotations whose keys begin with ``vmlint/``.

    Of several blocks, the hints of the last count, and the waivers of all.
    """
    for metadata in metadatas:
        for key, value in metadata.at("labels").entries.items():
            if key.startswith("vmlint/") and value.text is not None:
                spec.hint(f"labels.{key}", value.text, value.span)
        for key, value in metadata.at("annotations").entries.items():
            path = key.removeprefix("vmlint/")
            if path == "waivers" and value.text is not None:
                spec.waiver(value.text, value.span)
            elif path != key and value.text is not None:
                label = path in LABELS
                spec.hint(f"labels.{key}" if label else path.removeprefix("spec."), value.text, value.span)


def node_labels(pod: Cursor, keys: Collection[str]) -> Cursor:
    """Return the one value that a node's label must have: by ``nodeSelector``, or by a node affinity of one value."""
    for key in keys:
        found = pod.at("nodeSelector", key)
        if literal(found):
            return found
    required = pod.at("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    terms = required.at("nodeSelectorTerms").items
    for rule in terms[0].at("matchExpressions").items if len(terms) == 1 else ():
        values = rule.at("values").items
        if rule.at("key").text in keys and rule.at("operator").text == "In" and len(values) == 1 and literal(values[0]):
            return values[0]
    return pod.at("nodeSelector", "")


def place_of_node(spec: Spec, pod: Cursor) -> None:
    """State the guest's CPU architecture by the choice of nodes, and the choice itself."""
    arch = node_labels(pod, ARCHITECTURE_LABELS)
    spec.fact("guest.arch", literal(arch), arch.span if arch else None)
    spec.nodes = node_choice(pod)


def node_choice(pod: Cursor, more: Iterable[Requirement] = ()) -> NodeChoice:
    """Return which nodes a pod may run on. A value that is computed is none that any node has.

    ``more`` are labels that are asked for beside those of the pod.
    """
    labels = [*more]
    labels += [Requirement(key, "In", (value.text or "",)) for key, value in pod.at("nodeSelector").entries.items()]
    if system := pod.at("os", "name").text:
        labels.append(Requirement(OS_LABELS[0], "In", (system,)))
    terms = pod.at("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
    any_of = tuple(
        tuple(
            Requirement(
                "metadata.name" if block == "matchFields" else each.at("key").text or "",
                each.at("operator").text or "",
                tuple(each.at("values").texts),
            )
            for block in ("matchExpressions", "matchFields")
            for each in term.at(block).items
        )
        for term in terms.items
    )
    every = (*labels, *(each for term in any_of for each in term))
    computed = any(is_computed(text) for each in every for text in (each.key, *each.values))
    if name := pod.at("nodeName").text:  # nobody asks whether it tolerates anything there
        labels.append(Requirement("metadata.name", "In", (name,)))
        return NodeChoice(tuple(labels), any_of, (Toleration("", "Exists", "", ""),), computed or is_computed(name))
    tolerations = tuple(
        Toleration(*(each.at(key).text or otherwise for key, otherwise in _TOLERATION))
        for each in pod.at("tolerations").items
    )
    return NodeChoice(tuple(labels), any_of, tolerations, computed)


_TOLERATION = (("key", ""), ("operator", "Equal"), ("value", ""), ("effect", ""))
