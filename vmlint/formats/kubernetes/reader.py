"""Kubernetes objects: every pod, and every object with a template of pods, is a workload, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Cursor, File, Skipped, Span, Spec

from ..shared.computed import is_computed, literal, state
from ..shared.containers import words
from ..shared.demands import own_parameters
from ..shared.kubernetes import (
    OS_LABELS,
    PassedOver,
    document_of,
    in_template,
    kind_of,
    looks_like,
    named,
    node_labels,
    objects,
    outline_of,
    place_of_node,
    words_to_vmlint,
)
from ..shared.owned import untold
from ..shared.sysctls import set_by
from .confinement import confinement
from .custom_kinds import pods
from .pod import API_DEFAULT, Pod, containers_of
from .resources import resources
from .rights import rights
from .variables import variables

CANNOT_KNOW = {
    "deployment.platform.version": "the objects do not name the release of their cluster",
    "host.platform": "a pod selects nodes, but does not describe them",
    "host.kernel.version": "the nodes' kernel is no part of a pod",
    "guest.os.id": "an image's name shows its system only for distributions' own images",
    "guest.init": "what an image starts is inside of it",
}

POD_OF = {
    "Pod": (),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "PodTemplate": ("template",),
}
"""Kinds of workloads -> the path from the object to its pod."""

COPIES = {
    "Pod": (),
    "Deployment": ("spec", "replicas"),
    "StatefulSet": ("spec", "replicas"),
    "ReplicaSet": ("spec", "replicas"),
    "ReplicationController": ("spec", "replicas"),
    "Job": ("spec", "parallelism"),
    "CronJob": ("spec", "jobTemplate", "spec", "parallelism"),
}
"""Kind -> the field for how many pods run at once; the default is one. A DaemonSet's number depends on the nodes."""

BATCH = frozenset({"Job", "CronJob"})
GROUPS = frozenset({"", "apps", "batch", "extensions"})
NAMESPACES = {"hostPID": "pid", "hostIPC": "ipc", "hostNetwork": "network"}

NODE_CRITICAL = "system-node-critical"
"""The priority class of pods that a node needs."""

MIRROR = "kubernetes.io/config.source"
"""Annotation of a pod that a node starts from its own file, such as those of the control plane."""


def recognises(file: File) -> bool:
    """Recognise a Kubernetes file by an object that runs pods, or by the text of a template of one."""
    roots = outline_of(file)
    known = any(kind_of(entry, POD_OF, GROUPS) or any(pods(entry)) for entry in objects(roots))
    return known or in_template(roots, POD_OF, GROUPS) or (not file.documents and looks_like(file, POD_OF))


def read(file: File) -> Iterator[Spec]:
    """Yield a workload for each object, but none for one that its maker in the same input tells of."""
    passed_over = PassedOver()
    roots = passed_over.documents(file)
    entries = list(objects(roots))
    workloads = [(kind, entry) for entry in entries if (kind := kind_of(entry, POD_OF, GROUPS))]
    scaled = {
        entry.at("spec", "scaleTargetRef", "name").text
        for entry in entries
        if entry.at("kind").text in ("HorizontalPodAutoscaler", "ScaledObject")
    }
    for entry in entries:
        yield from _custom(entry, file, scaled, passed_over)
    yield from untold(workloads, lambda kind, entry: _workload(_pod(kind, entry), file, scaled), passed_over)
    if in_template(roots, POD_OF, GROUPS):
        raise Skipped("a template of OpenShift: lint what `oc process` makes of it")


def _pod(kind: str, entry: Cursor) -> Pod:
    template = entry.at(*POD_OF[kind])
    spec = template.at("spec")
    return Pod(kind, entry, template.at("metadata"), spec, *containers_of(spec))


def _custom(entry: Cursor, file: File, scaled: set[str | None], passed_over: PassedOver) -> Iterator[Spec]:
    """Yield the pods of an object of a kind that is not built in."""
    found = [*pods(entry)]
    for path, pod in found:
        try:
            spec = _workload(pod, file, scaled)
        except Skipped:
            passed_over.object()
            return
        if len(found) > 1:
            spec.name = f"{spec.name} ({path.removeprefix('.')})"
        passed_over.read += 1
        yield spec


def _workload(pod: Pod, file: File, scaled: set[str | None]) -> Spec:
    at = pod.entry.at("metadata", "name") or pod.entry.at("kind")
    spec = Spec(named(pod.entry, file), at.span)
    spec.document = document_of(pod.entry, pod.kind)
    spec.fact("deployment.platform.id", "kubernetes", pod.entry.at("kind").span)
    if pod.kind in BATCH and pod.complete:
        spec.fact("kind", "batch", pod.entry.at("kind").span)
    _instances(spec, pod, scaled)
    _system(spec, pod)
    state(spec, "deployment.runtimeClass", pod.spec.at("runtimeClassName"))
    _image(spec, pod)
    variables(spec, pod)
    _namespaces(spec, pod)
    _mounts(spec, pod)
    rights(spec, pod)
    confinement(spec, pod.metadata, pod.spec, pod.everything, whole=pod.whole)
    resources(spec, pod.spec, pod.containers)
    if pod.kind == "DaemonSet":
        spec.label("vmlint/role", "node-agent", pod.entry.at("kind").span)
    elif said := _word_of_serving_its_node(pod):  # anybody can write it: what it hides is counted
        spec.hint("labels.vmlint/role", "node-agent", said.span)
    words_to_vmlint(spec, pod.entry.at("metadata"), *([] if pod.kind == "Pod" else [pod.metadata]))
    return spec


def _word_of_serving_its_node(pod: Pod) -> Cursor | None:
    """Return what says that a pod serves its node: it is one on each, started by the node itself, or critical for it.

    Storage and network drivers, log shippers and monitors do. Their purpose is to reach the host.
    """
    metadata = pod.entry.at("metadata")
    by_node = (each.at("kind") for each in metadata.at("ownerReferences").items)
    critical = pod.spec.at("priorityClassName")
    said = (
        next((kind for kind in by_node if kind.text in ("DaemonSet", "Node")), None),
        metadata.at("annotations", MIRROR),
        critical if critical.text == NODE_CRITICAL else None,
    )
    return next((each for each in said if each), None)


def _instances(spec: Spec, pod: Pod, scaled: set[str | None]) -> None:
    if not pod.complete:
        spec.unknown("instances", f"that depends on what controls a {pod.kind}")
        return
    if pod.kind not in COPIES:
        spec.unknown("instances", "one runs on each node that it fits, and the nodes are not in the file")
        return
    number = pod.entry.at(*COPIES[pod.kind]) if COPIES[pod.kind] else pod.entry.at("")
    if pod.entry.at("metadata", "name").text in scaled:
        spec.unknown("instances", "an autoscaler decides")
    elif not state(spec, "instances", number) and pod.whole:
        spec.default("instances", 1, "one pod runs unless more are asked for", pod.entry.at("kind").span)


def _system(spec: Spec, pod: Pod) -> None:
    for system in (pod.spec.at("os", "name"), node_labels(pod.spec, OS_LABELS)):
        if literal(system) in ("linux", "windows"):
            spec.fact("guest.os.family", literal(system), system.span)
            break
    place_of_node(spec, pod.spec)
    if pod.kind == "DaemonSet" and spec.nodes:
        spec.nodes = spec.nodes._replace(may_fit_none=True)  # it starts as many as there are such nodes


def _image(spec: Spec, pod: Pod) -> None:
    images = [container.at("image") for container in pod.containers]
    if images:
        state(spec, "deployment.image.ref", images[0])
    if len(images) > 1:
        spec.unknown("deployment.image", f"the pod has {len(images)} containers; the first one's image is looked at")
    first = [each.span for each in images[:1] if each.given]
    others = [at for each in pod.everything if (at := each.at("image")).text and at.span not in first]
    literal = [(at.text or "", at.span) for at in others if not is_computed(at.text or "")]
    if literal:
        spec.entries("deployment.otherImages", literal)
    elif pod.whole and not others:
        spec.default("deployment.otherImages", [], "the pod has one container")
    if pod.containers:
        # That of the first container, and those of the containers that prepare the pod.
        started = [pod.containers[0], *pod.spec.at("initContainers").items]
        words(spec, *(each.at(key) for each in started for key in ("command", "args")), of_each=2)
    _parameters(spec, pod)


def _parameters(spec: Spec, pod: Pod) -> None:
    """State the kernel parameters that a pod sets, for itself or, by a privileged helper before it, on its node."""
    found = [
        (f"{each.at('name').text}={each.at('value').text}", each.span)
        for each in pod.spec.at("securityContext", "sysctls").items
        if each.at("name").text and each.at("value").text
    ]
    own_parameters(spec, found)
    for container in pod.everything:
        words_of = [each.text for key in ("command", "args") for each in container.at(key).items]
        at = container.at("command") or container.at("args")
        found += [(text, at.span) for text in set_by(words_of)]
    literal = [(text, at) for text, at in found if not is_computed(text)]
    if literal:
        spec.entries("deployment.sysctls", dict(literal).items())
    elif pod.whole and not found:
        spec.default("deployment.sysctls", [], API_DEFAULT.format("none"))


def _namespaces(spec: Spec, pod: Pod) -> None:
    flags = {name: pod.spec.at(key) for key, name in NAMESPACES.items()}
    shared = [(name, flag) for name, flag in flags.items() if flag.flag]
    if shared:
        spec.entries("deployment.hostNamespaces", ((name, flag.span) for name, flag in shared))
    elif any(flag.given and flag.flag is None for flag in flags.values()):
        spec.unknown("deployment.hostNamespaces", "it is filled in elsewhere, or neither true nor false")
    elif pod.whole:
        spec.default("deployment.hostNamespaces", [], API_DEFAULT.format("none"))


def _mounts(spec: Spec, pod: Pod) -> None:
    folders = {
        volume.at("name").text: volume.at("hostPath", "path")
        for volume in pod.spec.at("volumes").items
        if volume.at("hostPath")
    }
    used: dict[str, tuple[bool, Span]] = {}
    open_ = ""
    for container in pod.everything:
        for mount in container.at("volumeMounts").items:
            folder = folders.get(mount.at("name").text)
            if not folder or not folder.text:
                continue
            if is_computed(folder.text):
                open_ = f"a path is filled in elsewhere: {folder.text[:60]}"
                continue
            below = mount.at("subPath").text or mount.at("subPathExpr").text
            path = f"{folder.text.rstrip('/')}/{below}" if below else folder.text
            read_only, at = used.get(path, (True, folder.span))
            used[path] = read_only and bool(mount.at("readOnly").flag), at
    if used:
        written = ((f"{path}:{path}:ro" if read_only else path, at) for path, (read_only, at) in used.items())
        spec.entries("deployment.mounts", written)  # what else is mounted takes none of these away
    elif open_:
        spec.unknown("deployment.mounts", open_)
    elif pod.whole:
        spec.default("deployment.mounts", [], "a pod sees no path of its node unless it mounts one")
