"""libvirt's domain XML, as ``virsh dumpxml`` and ``virt-install --print-xml`` print it: one domain or several.

What else libvirt keeps in XML (networks, pools, volumes) is skipped, as are its records of snapshots and of running
domains, which are not written by hand. A domain may carry hints to vmlint in its metadata, in a namespace that libvirt
keeps as it is::

    <metadata>
      <vmlint:spec xmlns:vmlint="urn:vmlint:v1" environment="production">
        <vmlint:requirements mobility.liveMigration="required">
          <vmlint:isolation level="vm"/>
        </vmlint:requirements>
        <vmlint:field path="labels.vmlint/malware-lab">true</vmlint:field>
      </vmlint:spec>
    </metadata>

The names of elements and attributes below ``spec`` are those of a manifest; for a name that is not valid in
XML, ``field`` has the path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Element, File, Spec, Unreadable, Written, pci_address

from ..shared.amounts import in_bytes
from ..shared.arches import arch
from ..shared.libvirt import (
    ARGUMENTS,
    CLOUD_HYPERVISOR,
    CONFIDENTIAL,
    ELSEWHERE,
    OF_QEMU,
    PLATFORMS,
    TYPES,
    UNITS,
    USUAL_CPU,
    XEN_MODES,
)
from ..shared.paths import HOT_ADD, INVARIANT_TSC, NUMA, SOCKETS
from ..shared.templates import MARKS, NAMES
from ..shared.xml_files import is_any, is_xml, trees
from . import devices, firmware, leftovers, own, system

HINTS = "urn:vmlint:v1"

WRITTEN = {
    "deployment.mode": Written({"hw-assisted": "hvm", "pv": "xen", "pvh": "xenpvh"}),  # the type of a Xen domain
    "deployment.firmware.type": Written({"uefi": "efi"}, attribute="firmware='{}'"),
    "deployment.devices.disk": Written({"xen-blkfront": "xen"}),
    "deployment.devices.nic": Written({"xen-netfront": "netfront"}),
}

CANNOT_KNOW = {"resources.disk": "a domain names its disks; their sizes are in the storage"}

_TEMPLATE = re.compile(f"{MARKS}|{NAMES}")
_VARIABLE = re.compile(r"\$\{|\$\(|%\{")
PAGES = {2**21: "kernel.hugepages.2Mi", 2**30: "kernel.hugepages.1Gi"}
"""Bytes of a huge page -> the feature that counts such pages."""
BY_CPU = {"sev": "cpu.sev", "sev-snp": "cpu.sev-snp", "tdx": "cpu.tdx"}
"""Kinds of launch security that a processor has or lacks -> its feature."""
_NESTING = frozenset({"vmx", "svm"})
_PASSED_THROUGH = re.compile(
    r"vfio-pci,(?:[^,]{1,200}(?<!vfio-pci),)*?host=((?:[0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7])"
)


def recognises(file: File) -> bool:
    """Recognise domain XML by a root ``domain`` without namespace that has a type or elements of libvirt."""
    try:
        return is_xml(file) and any(_is_domain(root) for root in file.xml)
    except Unreadable:
        name, attributes = file.first_tag
        if name != "domain" or re.search(r"\bxmlns\s*=", attributes):
            return False
        whole = is_any(file, "os", "devices") and is_any(file, "memory", "name", "uuid")
        return whole or re.search(r"\btype\s*=", attributes) is not None


def _is_domain(root: Element) -> bool:
    if root.name != "domain" or root.namespace:
        return False
    parts = {child.name for child in root.children}
    return root.get("type") in TYPES or (bool(parts & {"os", "devices"}) and bool(parts & {"memory", "name", "uuid"}))


def read(file: File) -> Iterator[Spec]:
    """Yield the domains of a text."""
    for root in trees(file, "of domain XML", own.KNOWN, own.only_own, _TEMPLATE, own.ATTRIBUTES):
        if _is_domain(root):
            own.refuse_foreign_attributes(root)
            yield _domain(root, file)


def text(element: Element | None) -> str:
    """Return an element's text; empty where it holds a template's variable."""
    return "" if element is None or _VARIABLE.search(element.text) else element.text


def _domain(domain: Element, file: File) -> Spec:
    name = domain.find("name")
    spec = Spec(name.text if name and name.text else file.base.partition(".")[0], domain.at)
    kind = _platform(spec, domain)
    cpu = _machine(spec, domain, kind)
    _resources(spec, domain)
    if kind in ("lxc", "openvz"):
        devices.container(spec, domain)
    else:
        _cpu(spec, domain, kind, cpu)
        firmware.firmware(spec, domain, kind, cpu)
        firmware.tpm(spec, domain, kind, cpu)
        devices.machine(spec, domain, kind)
        _tuning(spec, domain, kind)
        _topology(spec, domain, kind)
        leftovers.state(spec, domain, kind)
    _security(spec, domain)
    system.state(spec, domain)
    for entry in domain.all("metadata/spec"):
        if entry.namespace == HINTS:
            _hints(spec, entry, "")
    _arguments(spec, domain)
    return spec


def _platform(spec: Spec, domain: Element) -> str:
    stated = domain.attribute("type")
    emulator = domain.find("devices/emulator")
    if emulator and text(emulator).rpartition("/")[2] == CLOUD_HYPERVISOR:
        spec.fact("deployment.platform", CLOUD_HYPERVISOR, emulator.text_at)
        return CLOUD_HYPERVISOR
    if stated is None or stated.value not in TYPES:
        spec.unknown("deployment.platform", "the domain has no type that libvirt knows")
        return ""
    kind = stated.value
    if kind not in PLATFORMS:
        spec.unknown("deployment.platform", ELSEWHERE[kind])
        if kind == "openvz":
            spec.fact("deployment.architecture", "container", stated.at)
        return kind
    platform, mode = PLATFORMS[kind]
    spec.fact("deployment.platform", platform, stated.at)
    spec.fact("deployment.mode", mode or None, stated.at)
    if kind == "xen":
        _xen(spec, domain)
    return kind


def _xen(spec: Spec, domain: Element) -> None:
    kind, loader = domain.find("os/type"), domain.find("bootloader")
    mode = XEN_MODES.get(text(kind))
    if kind is None and loader is not None:
        spec.default("deployment.mode", "pv", "a Xen domain with a bootloader and no type is PV", loader.at)
    elif mode is None:
        spec.unknown("deployment.mode", "os/type, which decides a Xen guest's mode, is missing or not known")
    else:
        assert kind is not None  # noqa: S101 - it has a text
        spec.fact("deployment.mode", mode, kind.text_at)


def _machine(spec: Spec, domain: Element, kind: str) -> str:
    """State the machine and its CPU architecture; return the latter, or nothing."""
    stated = domain.find("os/type")
    named = stated.attribute("arch") if stated else None
    known = arch(named.value) if named else None
    machine = stated.attribute("machine") if stated else None
    if named is None:
        spec.unknown("guest.arch", "without `arch` libvirt takes the host's")
    elif known is None:
        spec.unknown("guest.arch", f"{named.value} is no architecture that the catalogue has a word for")
    else:
        spec.fact("guest.arch", known, named.at)
    if machine and machine.value and not _VARIABLE.search(machine.value):
        spec.fact("deployment.machine", machine.value, machine.at)
    elif kind in OF_QEMU:
        spec.unknown("deployment.machine", "without `machine` libvirt takes the default of the QEMU at hand")
    return known or ""


def _resources(spec: Spec, domain: Element) -> None:
    memory, cpus = domain.find("memory"), domain.find("vcpu")
    if memory is not None:
        spec.fact("resources.memory", size(memory), memory.text_at)
    if cpus is None:
        if domain.find("cpu/topology") is None:
            spec.default("resources.cpu", "1", "a domain without `vcpu` has one CPU")
    elif re.fullmatch(r"[1-9][0-9]{0,5}", cpus.text):
        spec.fact("resources.cpu", cpus.text, cpus.text_at)


def _topology(spec: Spec, domain: Element, kind: str) -> None:
    """State the sockets that the CPUs are in, and what may be added to the machine while it runs."""
    topology, cpus, most = domain.find("cpu/topology"), domain.find("vcpu"), domain.find("maxMemory")
    sockets = topology.attribute("sockets") if topology else None
    if sockets and re.fullmatch(r"[1-9][0-9]{0,5}", sockets.value):
        spec.fact(SOCKETS, sockets.value, sockets.at)
    elif topology is None and kind in OF_QEMU and cpus is not None and re.fullmatch(r"[1-9][0-9]{0,5}", cpus.text):
        spec.default(SOCKETS, cpus.text, "without a topology libvirt gives each CPU a socket of its own", cpus.text_at)
    if kind in OF_QEMU:
        now = cpus.attribute("current") if cpus is not None else None
        added = [("cpu", now.at)] if now and cpus is not None and now.value != cpus.text else []
        slots = most.attribute("slots") if most is not None else None
        spec.entries(HOT_ADD, [*added, *([("memory", slots.at)] if slots else [])])
        spec.default(HOT_ADD, [], "without a `current` number of CPUs or a `maxMemory` with slots nothing can be added")


def size(element: Element) -> str | None:
    """Return an amount of memory as a manifest writes it; ``None`` for none and for a text that is not a number."""
    factor = UNITS.get(element.get("unit").lower())
    if factor is None or not re.fullmatch(r"[0-9]{1,15}", element.text) or not int(element.text):
        return None
    kib = -(-int(element.text) * factor // 2**10)  # libvirt rounds up
    return in_bytes(kib * 2**10)


def _adds(feature: Element) -> bool:
    """Whether a feature of the CPU is asked for, whatever the model has."""
    return bool(feature.get("name")) and feature.get("policy", "require") in ("require", "force")


def _cpu(spec: Spec, domain: Element, kind: str, arch: str) -> None:
    cpu = domain.find("cpu")
    mode = cpu.attribute("mode") if cpu else None
    model = cpu.find("model") if cpu else None
    if mode and mode.value in ("host-passthrough", "host-model", "maximum"):
        spec.fact("deployment.cpuModel", mode.value, mode.at)
    elif model and text(model) and (mode is None or mode.value == "custom"):
        spec.fact("deployment.cpuModel", model.text, model.text_at)
    elif kind in OF_QEMU and arch == "amd64" and model is None and (mode is None or mode.value == "custom"):
        why = f"without a CPU model the domain gets {USUAL_CPU}, QEMU's default for x86-64"
        spec.default("deployment.cpuModel", USUAL_CPU, why, (cpu or domain).at)
    elif kind in OF_QEMU:
        spec.unknown("deployment.cpuModel", "without a CPU model the domain gets the default of the QEMU at hand")
    if cpu is None:
        return
    added = [(each.get("name").replace(".", "_"), each.at) for each in cpu.all("feature") if _adds(each)]
    if added:
        spec.entries("deployment.cpuFlags", dict(added).items())
    for feature in cpu.all("feature"):
        if feature.get("name") == "invtsc" and _adds(feature):
            spec.fact(INVARIANT_TSC, True, feature.at)
    if domain.get("id") or cpu.get("check") == "full":
        return  # libvirt adds the features of a running domain from its model
    for feature in cpu.all("feature"):
        if feature.get("name") in _NESTING and _adds(feature):
            stated = feature.attribute("name")
            spec.fact("requirements.nested", True, stated.at if stated else None)


def _tuning(spec: Spec, domain: Element, kind: str) -> None:
    if kind not in OF_QEMU and kind != "xen":
        return
    pinned, cpus = domain.find("cputune/vcpupin"), domain.find("vcpu")
    if pinned is not None:
        spec.fact("deployment.tuning.cpuPinning", True, pinned.at)
    elif cpus is not None and (cpus.get("cpuset") or cpus.get("placement") == "auto"):
        spec.unknown("deployment.tuning.cpuPinning", "the CPUs share a set of the host's; none is bound to one of them")
    else:
        spec.default("deployment.tuning.cpuPinning", False, "without `vcpupin` CPUs float")
    bound = next((each for name in ("memory", "memnode") for each in domain.all(f"numatune/{name}")), None)
    if bound is not None and (bound.get("nodeset") or bound.get("placement") == "auto"):
        spec.fact(NUMA, True, bound.at)
    _huge_pages(spec, domain)
    for field, name in (("hugepages", "hugepages"), ("lockedMemory", "locked")):
        asked = domain.find(f"memoryBacking/{name}")
        if asked is not None:
            spec.fact(f"deployment.tuning.{field}", True, asked.at)
        elif kind in OF_QEMU:
            spec.default(f"deployment.tuning.{field}", False, f"without memoryBacking/{name} memory is ordinary")


def _huge_pages(spec: Spec, domain: Element) -> None:
    """State the huge pages that all of the memory takes; of several sizes, no one knows how many of each."""
    asked, memory = domain.find("memoryBacking/hugepages"), domain.find("memory")
    if asked is None or memory is None or spec.text("guest.arch") != "amd64":
        return
    pages = list(asked.all("page"))
    if len(pages) > 1 or (pages and (pages[0].get("nodeset") or not pages[0].get("size").isdecimal())):
        return
    factor = UNITS.get(pages[0].get("unit").lower(), 0) if pages else 2**20
    each = factor * (int(pages[0].get("size")) if pages else 2)
    amount = UNITS.get(memory.get("unit").lower())
    if each in PAGES and amount and re.fullmatch(r"[0-9]{1,15}", memory.text):
        spec.need(f"{PAGES[each]}>={-(-int(memory.text) * amount // each)}", asked.at)


def _security(spec: Spec, domain: Element) -> None:
    asked = domain.find("launchSecurity")
    kind = asked.attribute("type") if asked else None
    if kind and kind.value in CONFIDENTIAL:
        spec.fact("requirements.isolation.level", "confidential", kind.at)
    if kind and kind.value in BY_CPU:
        spec.need(BY_CPU[kind.value], kind.at)


def _hints(spec: Spec, element: Element, path: str) -> None:
    """Take hints and waivers from an element's attributes, text and children. The depth of XML is bounded."""
    named = element.get("path") if element.name == "field" else ""
    if named:
        spec.hint(named, element.text, element.text_at)
        return
    for name, attribute in element.own_attributes:
        spec.hint(path + name, attribute.value, attribute.at)
    if path and element.text:
        spec.hint(path[:-1], element.text, element.text_at)
    for child in element.children:
        if child.name == "waiver" and not path:
            spec.waiver(child.text or "ignore", child.text_at)
            continue
        _hints(spec, child, path if child.name == "field" and child.get("path") else f"{path}{child.name}.")


def _arguments(spec: Spec, domain: Element) -> None:
    """Leave open what direct arguments to QEMU may change; take PCI devices from them."""
    given = spec.facts.get("deployment.hostDevices")
    devices = list(given.entries.items()) if given else []
    for argument in domain.all("commandline/arg"):
        value = argument.get("value")
        option = "-" + value.lstrip("-").partition("=")[0] if value.startswith("-") else ""
        changed = ARGUMENTS.get({"-M": "-machine"}.get(option, option), ())
        if "if=pflash" in value:
            changed = ARGUMENTS["-pflash"]
        for path in changed:
            spec.facts.pop(path, None)
            spec.unknown(path, f"an argument to QEMU that passes libvirt by may change it: {value[:80]}")
        if handed := _PASSED_THROUGH.search(value[:2000]):
            devices.append((pci_address(handed[1]), argument.at))
            spec.entries("deployment.hostDevices", devices)
