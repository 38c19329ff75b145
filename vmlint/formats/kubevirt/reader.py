"""KubeVirt objects: every virtual machine is a workload, with what its instance type and its preference add to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Requirement, Skipped, Spec

from ..shared.computed import literal, state
from ..shared.kubernetes import (
    ARCHITECTURE_LABELS,
    MOBILITY,
    PassedOver,
    document_of,
    first,
    in_template,
    kind_of,
    looks_like,
    named,
    node_choice,
    objects,
    outline_of,
    place_of_node,
    words_to_vmlint,
)
from ..shared.owned import untold
from ..shared.templates import template
from . import leftovers
from .hardware import BY_CLUSTER, boot_image, hardware
from .objects import MACHINES, VirtualMachine, machine

CANNOT_KNOW = {
    "deployment.platform.version": "the objects do not name the release of KubeVirt",
    "host.platform": "a machine selects nodes, but does not describe them",
    "host.cluster.homogeneous": "the nodes are not in the file",
    "guest.drivers": "what is installed is inside of the disk",
}

GROUPS = frozenset({"kubevirt.io", "pool.kubevirt.io"})
DEFINITIONS = (
    "VirtualMachineInstancetype",
    "VirtualMachineClusterInstancetype",
    "VirtualMachinePreference",
    "VirtualMachineClusterPreference",
)
DEFINITION_GROUPS = frozenset({"instancetype.kubevirt.io"})
TEMPLATES = ("VirtualMachineTemplate",)
TEMPLATE_GROUPS = frozenset({"template.kubevirt.io"})
CLAIMS = frozenset({"PersistentVolumeClaim", "DataVolume"})

SCHEDULABLE = "kubevirt.io/schedulable"
MODELS, FEATURES = "cpu-model.node.kubevirt.io/", "cpu-feature.node.kubevirt.io/"
"""Beginnings of the labels by which KubeVirt says which CPU models and features a node can show."""
OS_LABEL = "os.template.kubevirt.io/"
OS_ANNOTATION = "vm.kubevirt.io/os"
OS_IDENTITY = "kubevirt.io/os"
_SYSTEM = re.compile(
    r"(win(?:dows)?|rhel|centos)[-.]?"
    r"((?<=win)8\.1|(?<=dows)8\.1|2k8r2|2k12r2|xp|vista|(?:stream)?[0-9k]*)(?:\.[0-9]+)?"
)
_PRODUCT = re.compile(r"(fedora|ubuntu|debian|opensuse)[0-9.]*")


def recognises(file: File) -> bool:
    """Recognise a KubeVirt file by a machine, an instance type or a preference, or by the text of a template."""
    roots = outline_of(file)
    known = any(
        kind_of(entry, MACHINES, GROUPS)
        or kind_of(entry, DEFINITIONS, DEFINITION_GROUPS)
        or kind_of(entry, TEMPLATES, TEMPLATE_GROUPS)
        for entry in objects(roots)
    )
    if known or in_template(roots, MACHINES, GROUPS):
        return True
    return not file.documents and b"kubevirt.io/" in file.searchable and looks_like(file, (*MACHINES, *DEFINITIONS))


def read(file: File) -> Iterator[Spec]:
    """Yield a workload for each machine, but none for one that its maker in the same input tells of."""
    passed_over = PassedOver()
    roots = passed_over.documents(file)
    entries = list(objects(roots))
    machines = [(kind, entry) for entry in entries if (kind := kind_of(entry, MACHINES, GROUPS))]
    if not machines:
        passed_over.settle()
    if not machines and in_template(roots, MACHINES, GROUPS):
        raise Skipped("a template of OpenShift: lint what `oc process` makes of it")
    if not machines and any(kind_of(entry, TEMPLATES, TEMPLATE_GROUPS) for entry in entries):
        raise template("of KubeVirt's machines")
    if not machines:
        raise Skipped("instance types and preferences only: lint them together with the machines that name them")
    claims = {
        entry.at("metadata", "name").text or "": entry.at("spec")
        for entry in entries
        if entry.at("kind").text in CLAIMS
    }
    known = {
        ((entry.at("kind").text or "").lower(), entry.at("metadata", "name").text or ""): entry.at("spec")
        for entry in entries
        if kind_of(entry, DEFINITIONS, DEFINITION_GROUPS)
    }
    yield from untold(machines, lambda kind, entry: _workload(machine(kind, entry, known, claims), file), passed_over)


def _workload(machine: VirtualMachine, file: File) -> Spec:
    entry = machine.entry
    spec = Spec(named(entry, file), (entry.at("metadata", "name") or entry.at("kind")).span)
    spec.document = document_of(entry, machine.kind)
    spec.fact("deployment.platform.id", "kubevirt", entry.at("kind").span)
    _instances(spec, machine)
    _guest(spec, machine)
    hardware(spec, machine)
    leftovers.state(spec, machine)
    _demands(spec, machine)
    words_to_vmlint(spec, entry.at("metadata"), machine.metadata)
    return spec


def _instances(spec: Spec, machine: VirtualMachine) -> None:
    several = machine.kind in ("VirtualMachineInstanceReplicaSet", "VirtualMachinePool")
    if not (several and state(spec, "instances", machine.entry.at("spec", "replicas"))):
        spec.default("instances", 1, "one runs unless more are asked for", machine.entry.at("kind").span)


def _guest(spec: Spec, machine: VirtualMachine) -> None:
    if not state(spec, "guest.arch", machine.spec.at("architecture")):
        place_of_node(spec, machine.spec)
    spec.nodes = node_choice(machine.spec, _nodes(machine))
    preference, annotation = machine.set_up.at("preference", "name"), machine.metadata.at("annotations", OS_ANNOTATION)
    metadatas = (machine.entry.at("metadata"), machine.metadata)
    labels = [
        (key.removeprefix(OS_LABEL), flag)
        for metadata in metadatas
        for key, flag in metadata.at("labels").entries.items()
        if key.startswith(OS_LABEL) and flag.flag
    ]
    words = {id for id, _ in labels}
    sysprep = next((each for each in machine.spec.at("volumes").items if each.at("sysprep").given), None)
    labelled = len(words) == 1 and labels[0][0].startswith("win")
    image, at = boot_image(machine)
    for claim in machine.claims.values():
        address = claim.at("source", "http", "url")
        spec.clue(literal(address) or "", address.span if address else None)
    released = re.match("[0-9]", image.rpartition("/")[2].partition(":")[2]) is not None
    if labelled:
        spec.guest("kubevirt", _system(labels[0][0]), labels[0][1].span)
    if released:
        spec.base_image(image, at)  # what the disk holds is more certain than what it is meant for
    if literal(preference):
        spec.guest("kubevirt", preference.text or "", preference.span)
    if literal(annotation):
        spec.guest("kubevirt", _system(annotation.text or ""), annotation.span)
    for system in filter(literal, (each.at("labels", OS_IDENTITY) for each in metadatas)):
        spec.guest("kubevirt", _system(system.text or ""), system.span)
    if len(words) == 1 and not labelled:
        spec.guest("kubevirt", _system(labels[0][0]), labels[0][1].span)
    if image and not released:
        spec.base_image(image, at)
    if sysprep and not labelled and not preference:
        spec.fact("guest.os.family", "windows", sysprep.at("sysprep").span)


def _nodes(machine: VirtualMachine) -> Iterator[Requirement]:
    """Yield the labels of nodes that KubeVirt asks for: of those that its agents label, some fit."""
    yield Requirement(SCHEDULABLE, "In", ("true",), SCHEDULABLE)
    if machine.arch:
        yield Requirement(ARCHITECTURE_LABELS[0], "In", (machine.arch,), ARCHITECTURE_LABELS[0])
    cpu = machine.domain.at("cpu")
    model = literal(first(cpu.at("model"), machine.type.at("cpu", "model")))
    if model and model not in ("host-model", "host-passthrough"):
        yield Requirement(f"{MODELS}{model}", "In", ("true",), MODELS)
    for feature in cpu.at("features").items:
        if feature.at("policy").text in (None, "require") and (name := literal(feature.at("name"))):
            yield Requirement(f"{FEATURES}{name}", "In", ("true",), FEATURES)


def _system(text: str) -> str:
    """Return a system as the names of preferences spell it: ``windows.11`` for ``win11``, ``fedora`` for a release."""
    folded = text[:60].lower()
    product = _PRODUCT.fullmatch(folded)
    if product:
        return product[1]
    match = _SYSTEM.fullmatch(folded)
    if not match or not match[2]:
        return text
    return f"{'windows' if match[1].startswith('win') else match[1]}.{match[2]}"


def _demands(spec: Spec, machine: VirtualMachine) -> None:
    strategy, moves = machine.spec.at("evictionStrategy"), "requirements.mobility.liveMigration"
    if strategy.given:
        spec.fact(moves, MOBILITY.get(strategy.text or ""), strategy.span)
    else:
        spec.left_to_cluster(moves, "host.cluster.liveMigration", BY_CLUSTER)
    sealed = first(machine.domain.at("launchSecurity"), machine.type.at("launchSecurity"))
    if sealed.given:
        spec.fact("requirements.isolation.level", "confidential", sealed.span)
    realtime = first(machine.domain.at("cpu", "realtime"), machine.type.at("cpu", "realtime"))
    if realtime.given:
        spec.fact("requirements.performance.realtime", "soft", realtime.span)
