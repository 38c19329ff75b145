"""Nodes of Kubernetes, as ``kubectl get nodes -o yaml`` or ``-o json`` prints them, with the labels that others add.

Labels of Node Feature Discovery name what it found of processor and kernel. Of the flags of an x86 processor it leaves
out, unless told otherwise, those that nearly all have; so its list is not complete. Labels and resources of KubeVirt
name what libvirt found, and whether there is /dev/kvm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from vmlint.api import Cursor, File, Problem, Spec, Taint, Unreadable

from ..shared.cpu_flags import FLAGS
from ..shared.hosts import engine, features, number, platform, release, short_name, some_flags, system
from ..shared.kubernetes import GPUS, HUGE_PAGES, kind_of, looks_like, objects, quantity, size_text

_KIND = ("Node",)
_CORE = ("",)
_NFD = "feature.node.kubernetes.io/"
_CPUID = f"{_NFD}cpu-cpuid."
_CONFIG = f"{_NFD}kernel-config."
_TYPE = ("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type")
_KUBEVIRT = "cpu-feature.node.kubevirt.io/"
_KVM = "devices.kubevirt.io/kvm"
"""The resource by which KubeVirt hands out /dev/kvm."""
_SCHEDULABLE = "kubevirt.io/schedulable"
_PROVIDERS = {"aws": "aws", "gce": "gcp", "azure": "azure", "digitalocean": "digitalocean", "hcloud": "hetzner"}
"""Scheme of ``spec.providerID`` -> the cloud."""
_RENAMED = {
    "AESNI": "aes", "SSE3": "pni", "SSE4": "sse4_1", "SSE42": "sse4_2", "CLMUL": "pclmulqdq", "FMA3": "fma",
    "SHA": "sha_ni", "LZCNT": "abm", "LAHF": "lahf_lm", "CMPXCHG8": "cx8", "HTT": "ht", "NX": "nx",
    "AVX512VPOPCNTDQ": "avx512_vpopcntdq", "AVX512VNNI": "avx512_vnni", "AVX512VBMI2": "avx512_vbmi2",
    "AVX512BITALG": "avx512_bitalg", "AVX512BF16": "avx512_bf16", "AVX512FP16": "avx512_fp16",
    "AVX512VP2INTERSECT": "avx512_vp2intersect", "AVXVNNI": "avx_vnni", "AMXTILE": "amx_tile", "AMXINT8": "amx_int8",
    "AMXBF16": "amx_bf16", "SEV_SNP": "sev-snp", "FXSROPT": "fxsr_opt", "CETSS": "user_shstk",
}  # fmt: skip
"""Flags in the words of Node Feature Discovery -> in those of /proc/cpuinfo, where another word is used."""
_TELLING = ("AVX", "AVX2", "AVX512F")
"""Flags that Node Feature Discovery names wherever they are, unless somebody told it not to."""
_ENOUGH = 3
"""Other flags from which on its list is taken for the one that it makes by itself."""


def recognises(file: File) -> bool:
    """Recognise nodes in any of the documents, and a broken file that was meant to hold some."""
    if file.documents:
        return any(kind_of(entry, _KIND, _CORE) for entry in (*objects(file.documents), *_without_end(file)))
    return looks_like(file, _KIND)


def read(file: File) -> Iterator[Spec]:
    """Yield the nodes. A list that is cut off is none: nobody knows how many nodes it had."""
    _ = file.yaml
    for entry in _without_end(file):
        raise _cut(entry.at("metadata", "name") or entry, "behind its items stands no kind, which kubectl writes there")
    nodes = [entry for entry in objects(file.documents) if kind_of(entry, _KIND, _CORE)]
    if len(nodes) > 1 and _lacks(nodes[-1]) and not any(map(_lacks, nodes[:-1])):
        raise _cut(nodes[-1].at("metadata", "name") or nodes[-1], "the last node has no status, as the others have")
    yield from map(_node, nodes)


def _without_end(file: File) -> Iterator[Cursor]:
    """Yield the last nodes of lists without a kind: kubectl writes keys by the alphabet, and so the kind at the end."""
    for root in file.documents:
        items = root.at("items").items
        if items and root.at("apiVersion").text and not root.at("kind") and kind_of(items[0], _KIND, _CORE):
            yield items[-1]


def _lacks(node: Cursor) -> bool:
    """Whether a node lacks what every node tells of its system, near the end of what is printed of it."""
    return not node.at("status", "nodeInfo", "operatingSystem")


def _cut(node: Cursor, why: str) -> Unreadable:
    return Unreadable(Problem("VM902", f"the list is cut off: {why}", node.span))


def _node(entry: Cursor) -> Spec:
    named = entry.at("metadata", "name")
    spec = Spec(short_name(named.text), (named or entry.at("kind")).span)
    about = entry.at("status", "nodeInfo")
    labels = entry.at("metadata", "labels").entries
    for key, value in labels.items():
        spec.label(key, value.text or "", value.span)
    for taint in entry.at("spec", "taints").items:
        spec.taints.append(
            Taint(taint.at("key").text or "", taint.at("value").text or "", taint.at("effect").text or "")
        )
    family, arch = about.at("operatingSystem"), about.at("architecture")
    if family and arch:
        spec.fact("host.platform", platform(family.text, arch.text), arch.span)
    elif (label := labels.get("kubernetes.io/arch")) is not None:
        spec.fact("host.platform", platform(labels.get("kubernetes.io/os", label).text, label.text), label.span)
    if family.text in ("linux", "windows"):
        spec.fact("host.os.family", family.text, family.span)
    kernel = about.at("kernelVersion")
    if kernel and family.text == "windows":
        spec.fact("host.os.build", number(kernel.text), kernel.span)
    elif kernel:
        spec.fact("host.kernel.version", number(kernel.text), kernel.span)
    image = about.at("osImage")
    if image:
        system(spec, image.text, image.span)
    capacity = entry.at("status", "capacity")
    if memory := size_text(capacity.at("memory")):
        spec.fact("host.memory", memory, capacity.at("memory").span)
    if (cpus := capacity.at("cpu")) and (cpus.text or "").isdecimal():
        spec.fact("host.cpu.count", int(cpus.text or ""), cpus.span)
    _handed_out(spec, entry.at("status", "allocatable") or capacity)
    runtime, kubelet = about.at("containerRuntimeVersion"), about.at("kubeletVersion")
    name, sign, version = (runtime.text or "").partition("://")
    if sign and re.fullmatch(r"[a-z][a-z0-9-]*", name):
        engine(spec, name, version, runtime.span)
    if kubelet:
        engine(spec, "kubelet", (kubelet.text or "").removeprefix("v"), kubelet.span)
    _cloud(spec, entry, labels)
    _discovered(spec, labels, whole=bool(entry.at("status")))
    _by_kubevirt(spec, entry, labels)
    return spec


def _handed_out(spec: Spec, resources: Cursor) -> None:
    """State the huge pages and the graphics processors that a node hands out.

    What the kubelet writes names its pods, and whatever the plugins of devices hand out; an extract may leave it out.
    """
    found = [
        (f"{feature}={int(number // size)}", resources.at(name).span)
        for name, (size, feature) in HUGE_PAGES.items()
        if (number := _bytes(resources.at(name))) is not None
    ]
    if resources.at("pods"):
        gpus = [(name, amount) for name, amount in resources.entries.items() if name.startswith(GPUS)]
        count = int(sum(quantity(amount) or 0 for _, amount in gpus))
        found.append((f"capacity.gpus={count}", gpus[0][1].span if gpus else resources.span))
    if found:
        features(spec, found)


def _bytes(amount: Cursor) -> Fraction | None:
    return quantity(amount) if amount else None


def _cloud(spec: Spec, entry: Cursor, labels: dict[str, Cursor]) -> None:
    provider = entry.at("spec", "providerID")
    cloud = _PROVIDERS.get((provider.text or "").partition("://")[0])
    if cloud:
        spec.fact("host.cloud.provider", cloud, provider.span)
    size = next((labels[key] for key in _TYPE if key in labels), None)
    if size and cloud:
        spec.fact("host.cloud.instanceType", size.text, size.span)


def _discovered(spec: Spec, labels: dict[str, Cursor], *, whole: bool) -> None:
    """State what the labels of Node Feature Discovery say; ``whole`` where more of the node stands behind them."""
    flags = {key.removeprefix(_CPUID): value for key, value in labels.items() if key.startswith(_CPUID)}
    there = {flag: value for flag, value in flags.items() if value.text != "false" and re.fullmatch(r"\w+", flag)}
    if there:
        some_flags(spec, ((_RENAMED.get(flag, flag.lower()), value.key_span) for flag, value in there.items()))
        others = [flag for flag in there if not flag.startswith("AVX")]
        x86 = spec.text("host.platform").endswith("amd64")
        if whole and x86 and len(others) >= _ENOUGH and (gone := [flag for flag in _TELLING if flag not in there]):
            at = there[others[0]].key_span
            spec.entries("host.features.absent", ((f"cpu.{flag.lower()}", at) for flag in gone))
    options = {key.removeprefix(_CONFIG): value for key, value in labels.items() if key.startswith(_CONFIG)}
    states = {"true": "y", "y": "y", "m": "m"}
    spec.entries(
        "host.kernel.config",
        (
            (f"{option}={states.get(value.text or '', value.text)}", value.key_span)
            for option, value in options.items()
            if re.fullmatch(r"\w+", option) and value.text
        ),
    )
    full = labels.get(f"{_NFD}kernel-version.full")
    if full and "host.kernel.version" not in spec.facts:
        spec.fact("host.kernel.version", number(full.text), full.span)
    name, version = (labels.get(f"{_NFD}system-os_release.{key}") for key in ("ID", "VERSION_ID"))
    if name and version:
        release(spec, name.text or "", version.text, version.span)
    if (enabled := labels.get(f"{_NFD}kernel-selinux.enabled")) and enabled.text == "true":
        spec.entries("host.security.modules", [("selinux", enabled.key_span)])
    if f"{_NFD}cpu-cpuid.HYPERVISOR" in labels:
        spec.fact("host.virtualized", True, labels[f"{_NFD}cpu-cpuid.HYPERVISOR"].key_span)


def _by_kubevirt(spec: Spec, entry: Cursor, labels: dict[str, Cursor]) -> None:
    """State what KubeVirt found: features of the processor, as libvirt spells them, and whether there is /dev/kvm."""
    named = ((key.removeprefix(_KUBEVIRT), value) for key, value in labels.items() if key.startswith(_KUBEVIRT))
    there = [(FLAGS.get(name, name.replace(".", "_")), value) for name, value in named if value.text == "true"]
    if there:
        some_flags(spec, ((flag, value.key_span) for flag, value in there))
    kvm = entry.at("status", "allocatable", _KVM)
    amount = quantity(kvm)
    if amount is None or labels.get(_SCHEDULABLE, kvm).text != "true":
        return  # where its agent on the node is not at work, none is allocatable
    if amount:
        features(spec, [("device.kvm", kvm.span)])
    else:
        before = spec.facts.get("host.features.absent")
        spec.entries("host.features.absent", [*(before.entries.items() if before else ()), ("device.kvm", kvm.span)])
