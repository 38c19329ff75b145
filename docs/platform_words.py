"""The facts of a platform as sentences without full stops: one function for each block of facts."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from arrival_words import arrivals

from vmlint.report.page import code_span
from vmlint.words import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from vmlint.catalog import Catalog

    Words = Callable[[Mapping[str, Any], Catalog], Iterator[str]]

NEWEST = 3
"""Releases of a product that are listed; the catalogue has all of them."""

SYSTEMS = {
    "linux": "Linux", "windows": "Windows", "darwin": "macOS", "freebsd": "FreeBSD", "netbsd": "NetBSD",
    "openbsd": "OpenBSD", "solaris": "Solaris", "ios": "iOS",
}  # fmt: skip
ANSWERS = {"yes": "yes", "no": "no", "lab": "in labs", "checkpoint-restore": "checkpoint and restore"}
"""How the overview writes these answers."""
NEEDS = {"hardware-virtualization": "VT-x, AMD-V or similar", "slat": "second-level address translation"}
FOREIGN = {
    "no": "Guests of another CPU architecture do not run",
    "emulated": "Guests of another CPU architecture are emulated",
    "experimental": "Guests of another CPU architecture are experimental",
    "user-mode": "Single programs for another CPU architecture run under emulation",
}
INSIDE = {
    "yes": "It runs inside a virtual machine",
    "no": "It does not run inside a virtual machine",
    "experimental": "Running it inside a virtual machine is experimental",
    "unsupported": "The vendor does not support it inside a virtual machine",
    "lab": "Inside a virtual machine it is for labs only",
}
OUTSIDE = {
    "yes": "Its guests can run virtual machines",
    "no": "Its guests cannot run virtual machines",
    "experimental": "Virtual machines inside its guests are experimental",
    "unsupported": "Virtual machines inside its guests are not supported",
}
MOVING = {
    "yes": "A running guest can be migrated",
    "no": "A running guest cannot be migrated",
    "experimental": "Live migration is experimental",
    "checkpoint-restore": "A checkpoint of a running guest can be restored elsewhere",
    "manual": "A running guest can be moved by hand only",
    "snapshot": "A guest can be saved and restored, but not migrated while it runs",
}
DEVICES = {"pci": "PCI devices", "vgpu": "virtual GPUs", "usb": "USB devices", "sr-iov": "SR-IOV functions",
           "host-disk": "disks of the host",
           "nic": "network cards"}  # fmt: skip
MOVERS = {"hand": "somebody moves it by hand", "cluster": "the manager of its cluster moves it",
          "provider": "the provider moves it when it has to"}  # fmt: skip
UNITS = {"core": "by core", "socket": "by socket", "host": "by host", "host-licence": "with the host system",
         "user": "by user", "use": "by use"}  # fmt: skip
COSTS = {"free": "Free of charge", "included": "Part of the host system's licence", "paid": "Paid",
         "mixed": "Free for some uses"}  # fmt: skip
DEADLINES = {
    "no": "it cannot guarantee deadlines",
    "tuned": "it can meet deadlines if it is tuned as the vendor describes",
    "experimental": "its scheduler for deadlines is experimental",
}


def _needed(words: Sequence[str]) -> str:
    return listed(NEEDS.get(word, word) for word in words)


def codes(ids: Iterable[str]) -> str:
    """Return ids as a manifest writes them."""
    return ", ".join(code_span(str(id)) for id in ids)


def answer(value: str | bool | None) -> str:
    """Return a fact that answers a question, in one or two words; empty if it is unknown."""
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else ANSWERS.get(value, value)


def mode(facts: Mapping[str, Any], needs: Sequence[str] | None) -> Iterator[str]:
    """Yield the properties of a mode; ``needs`` are its CPU requirements, if known."""
    spans = {"since": "since", "unsupported": "unsupported from", "removed": "removed in"}
    about = [f"{word} {facts[key]}" for key, word in spans.items() if key in facts]
    about += [facts["status"]] if "status" in facts else []
    if about:
        yield ", ".join(about)
    if "arch" in facts:
        yield f"on {listed(facts['arch'], 'or')} hosts"
    if needs is not None:
        yield f"needs {_needed(needs)}" if needs else "needs no virtualization extensions"
    if "guestFamilies" in facts:
        yield f"for {_systems(facts['guestFamilies'])} guests"
    if "gpu" in facts:
        yield "its guests can use a GPU of the host" if facts["gpu"] else "its guests cannot use a GPU of the host"
    if "discouraged" in facts:
        yield f"not recommended: {facts['discouraged']}"


def _systems(families: Iterable[str]) -> str:
    return listed(SYSTEMS.get(family, family) for family in families)


def _host(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    if "arch" in facts:
        yield f"runs on {listed(facts['arch'], 'or')}"
    if "experimentalArch" in facts:
        yield f"experimental on {listed(facts['experimentalArch'])}"
    if facts.get("os") == ["own"]:
        yield "brings its own operating system"
    elif "os" in facts:
        yield f"installed on {_systems(facts['os'])}"
    if facts.get("onMacs"):
        yield "also on Apple's computers, with its maker's support"
    if "experimentalOs" in facts:
        yield f"experimental on {_systems(facts['experimentalOs'])}"
    for arch, since in facts.get("archSince", {}).items():
        yield f"on {arch} since {since['version']}" + (
            f" ({since['note'].removesuffix('.')})" if "note" in since else ""
        )
    for family, machines in facts.get("archByOs", {}).items():
        yield f"on {SYSTEMS.get(family, family)} only with {listed(machines)}"
    if "deviceNode" in facts:
        yield f"needs {codes([facts['deviceNode']])}"
    if "ownModules" in facts:
        yield f"builds the kernel modules {codes(facts['ownModules'])} on Linux"
    for family, limits in facts.get("releases", {}).items():
        name = SYSTEMS.get(family, family)
        if limits.get("desktop"):
            yield f"not on servers that run {name}"
        if "server" in limits:
            yield f"on servers that run {name} from {code_span(limits['server'])} on"
        if "withoutEditions" in limits:
            yield f"on {name} not in the edition {listed(limits['withoutEditions'], 'or')}"
    for family, needs in facts.get("requiresByOs", {}).items():
        yield f"on {SYSTEMS.get(family, family)} also needs {_needed(needs)}"
    if "kernelFamily" in facts:
        yield f"its containers share a {SYSTEMS[facts['kernelFamily']]} kernel"
    for flag, since in facts.get("flags", {}).items():
        yield f"needs the CPU flag {code_span(flag)}" + (f" since {since}" if since else "")


def _guest(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    if "arch" in facts:
        yield f"CPU architectures {listed(facts['arch'], 'or')}"
    if "families" in facts:
        yield f"only guests of these families: {_systems(facts['families'])}"
    if "foreignArch" in facts:
        yield FOREIGN[facts["foreignArch"]]


def releases(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield which guest releases run, and which are supported."""
    yield from _listed_guests(facts)
    for arch, lists in facts.get("onArch", {}).items():
        yield from (f"on {arch} {words}" for words in _listed_guests(lists))
    yield f"as of {facts['asOf']}"


def _listed_guests(lists: Mapping[str, Any]) -> Iterator[str]:
    heads = {
        "supported": "supported",
        "tested": "tested",
        "works": "known to run",
        "deprecated": "deprecated",
        "unsupported": "unsupported",
        "fails": "do not run",
    }
    yield from (f"{head}: {codes(lists[key])}" for key, head in heads.items() if key in lists)


def _nesting(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    if "outer" in facts:
        yield OUTSIDE[facts["outer"]]
    if "outerFamilies" in facts:
        yield f"in guests of {listed(facts['outerFamilies'])} only"
    if "slat" in facts.get("outerRequires", ()):
        yield "on CPUs with EPT or NPT"
    for vendor, release in facts.get("outerSince", {}).items():
        yield f"on CPUs of {vendor.upper() if vendor == 'amd' else vendor.title()} from a host of {release} on"
    if "inner" in facts:
        yield INSIDE[facts["inner"]]


def _moving(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    yield MOVING[facts["support"]]
    if "movedBy" in facts:
        yield MOVERS[facts["movedBy"]]
    if "containers" in facts:
        yield f"containers: {ANSWERS.get(facts['containers'], facts['containers'])}"
    if "blockedBy" in facts:
        yield f"these devices prevent it: {listed(DEVICES[kind] for kind in facts['blockedBy'])}"
    if "exceptions" in facts:
        yield f"exceptions exist for {listed(DEVICES[kind] for kind in facts['exceptions'])}"
    if "desktopHosts" in facts and not facts["desktopHosts"]:
        yield "not on desktop editions of the host system"
    if "accessModes" in facts:
        yield f"volumes must be {listed((mode.upper() for mode in facts['accessModes']), 'or')}"
    if "blockingBindings" in facts:
        yield f"the network binding {listed(facts['blockingBindings'], 'or')} prevents it"


def _passthrough(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    for key, word in (("pci", "whole PCI devices"), ("vgpu", "virtual GPUs"), ("usb", "USB devices")):
        if key in facts:
            yield f"{word}: {answer(facts[key])}"
    if facts.get("reservedMemory"):
        yield "all memory of the machine has to be reserved"


def _snapshots(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    if "insideFormats" in facts:
        yield f"inside of {codes(facts['insideFormats'])} only"
    for key, what in (("blockedBy", "none"), ("memoryBlockedBy", "none with memory")):
        if key in facts:
            yield f"{what} with {codes(facts[key])}"


def _failover(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    names = listed({"pci": "PCI devices", "usb": "USB devices"}[kind] for kind in facts["blockedBy"])
    yield f"a machine with one of these is not started on another host: {names}"


def _firmware(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    if "types" in facts:
        yield listed(map(str.upper, facts["types"]), "or") if facts["types"] else "no firmware"
    if "secureBoot" in facts:
        yield f"Secure Boot: {answer(facts['secureBoot'])}"
    if "tpm" in facts:
        yield f"virtual TPM {listed(facts['tpm'], 'or')}" if facts["tpm"] else "no virtual TPM"
    if facts.get("tpmVolatile"):
        yield "the TPM loses its content at each stop, unless it is made persistent"
    for name, families in facts.get("secureBootTemplates", {}).get("families", {}).items():
        yield f"{code_span(name)} trusts the boot loaders of {listed(families)}"
    if "secureBootNeeds" in facts:
        yield f"Secure Boot needs {listed(map(str.upper, facts['secureBootNeeds']))}"
    if "withoutDriver" in facts:
        yield f"UEFI boots from no disk on {codes(facts['withoutDriver'])}"
    if "optionalDriver" in facts:
        yield f"UEFI often boots from no disk on {codes(facts['optionalDriver'])}"
    if facts.get("warnsWithoutVariables"):
        yield "it warns of UEFI without a place for its variables"
    if "internalSnapshots" in facts:
        yield f"snapshots inside the disk of a machine with UEFI work from {facts['internalSnapshots']} on"


def _confidential(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    yield f"guests with encrypted memory: {answer(facts['support'])}"
    words = {"liveMigration": "live migration", "passthrough": "PCI passthrough",
             "secureBoot": "Secure Boot"}  # fmt: skip
    for key, word in words.items():
        if key in facts:
            yield f"{word}: {answer(facts[key])}"


def _devices(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    for key in ("paravirtual", "emulated"):
        kinds = facts.get(key, {})
        if kinds:
            yield f"{key}: " + ", ".join(f"{kind} {codes(names)}" for kind, names in kinds.items())
    if "ide" in facts:
        yield "no IDE"
    if "driver" in facts:
        yield f"driver family {facts['driver']}"
    if "without" in facts:
        yield "imitates no old device" if "*" in facts["without"] else f"no {codes(facts['without'])}"


def _limits(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    yield from _amounts(facts)
    for head, key in (("version", "byVersion"), ("guest", "guests")):
        alike: dict[str, list[str]] = {}
        for name, amounts in facts.get(key, {}).items():
            alike.setdefault(listed(_amounts(amounts)), []).append(name)
        yield from (f"{head} {codes(names)}: {amounts}" for amounts, names in alike.items())
    if "generation1" in facts:
        yield f"generation 1: {listed(_amounts(facts['generation1']))}"
    if "bios" in facts:
        yield f"with BIOS: {listed(_amounts(facts['bios']))}"
    for machine, amounts in facts.get("machines", {}).items():
        yield f"machine type {code_span(machine)}: {listed(_amounts(amounts))}"


def _amounts(facts: Mapping[str, Any]) -> Iterator[str]:
    if "vcpu" in facts:
        doubt = f" (other pages of the vendor say {facts['otherwise']['vcpu']})" if "otherwise" in facts else ""
        yield f"at most {facts['vcpu']} virtual CPUs{doubt}"
    if "memory" in facts:
        yield f"at most {facts['memory']} of memory"


def _lifecycle(facts: Mapping[str, Any], catalog: Catalog) -> Iterator[str]:
    cycles = catalog.cycles(facts["product"])
    yield f"lifecycle of {cycles[0].product_name}"
    if "defaultCycle" in facts:
        yield f"without a version, {facts['defaultCycle']} is assumed"
    newest = [(cycle, cycle.security_until or cycle.active_until) for cycle in islice(cycles, NEWEST)]
    yield "newest releases: " + ", ".join(f"{cycle.cycle}{f' to {end}' if end else ''}" for cycle, end in newest)


def _retired(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    yield f"since {facts['since']}"
    yield facts["reason"]


def _licence(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    unit = f", {UNITS[facts['unit']]}" if "unit" in facts else ""
    yield f"{COSTS[facts['cost']]}{unit} (as of {facts['asOf']})"
    if "freeFor" in facts:
        yield f"free for {listed(facts['freeFor'])}"
    for name, edition in facts.get("editions", {}).items():
        uses = f": {listed(edition['freeFor'])}" if "freeFor" in edition else ""
        yield f"edition {code_span(name)}: {COSTS[edition['cost']].lower()}{uses}"
        if "note" in edition:
            yield edition["note"]


def _beside(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    if "since" in facts:
        yield f"runs next to an active Windows hypervisor since {facts['since']}"
    if "kvm" in facts:
        yield f"not on Linux {facts['kvm']['from']} and later while KVM's modules are loaded"
    if "hyperv" in facts:
        yield f"in this case it is {facts['hyperv']}"
    if "nested" in facts and not facts["nested"]:
        yield "in this case its guests get no virtualization extensions"


def _production(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    yield facts["advice"]
    if "help" in facts:
        yield facts["help"]


def _realtime(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    yield DEADLINES[facts["hard"]]


def _cpu_models(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    if "default" in facts:
        yield f"{code_span(facts['default'])} by default"
    if "onlyPassthrough" in facts:
        yield f"only the host's CPU model on {listed(facts['onlyPassthrough'])}"


def _machines(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    yield f"security support for {codes(facts['secure'])} only"
    if "withoutIde" in facts:
        yield f"no IDE with {codes(facts['withoutIde'])}"


def _on_arch(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    for arch in sorted(facts.keys() - {"note", "source"}):
        limits = facts[arch]
        if "firmware" in limits:
            yield f"{arch}: {listed((kind.upper() for kind in limits['firmware']), 'or')} only"
        for key, word in (("secureBoot", "Secure Boot"), ("hugepages", "huge pages")):
            if key in limits:
                yield f"{arch}: {word}: {answer(limits[key])}"
        for kind, names in limits.get("devices", {}).items():
            yield f"{arch}: {kind} {codes(names)} only"


def _cloud(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    yield f"in manifests its provider is {listed(map(code_span, facts['providers']), 'or')}"
    if "bareMetal" in facts:
        yield f"instance types with {code_span(facts['bareMetal'])} in their name are bare metal, not virtual machines"


BLOCKS: dict[str, tuple[str, Words]] = {
    "host": ("Host", _host),
    "guest": ("Guests", _guest),
    "nesting": ("Nesting", _nesting),
    "liveMigration": ("Live migration", _moving),
    "passthrough": ("Passthrough", _passthrough),
    "snapshots": ("Snapshots", _snapshots),
    "failover": ("Failover", _failover),
    "firmware": ("Firmware", _firmware),
    "confidential": ("Confidential computing", _confidential),
    "devices": ("Virtual devices", _devices),
    "cpuModels": ("CPU models", _cpu_models),
    "machines": ("Machine types", _machines),
    "onArch": ("By CPU architecture", _on_arch),
    "limits": ("Largest guest", _limits),
    "arrival": ("Machines that are moved here", arrivals),
    "realtime": ("Real time", _realtime),
    "coexistence": ("With another hypervisor", _beside),
    "production": ("In production", _production),
    "cloud": ("Cloud service", _cloud),
    "lifecycle": ("Releases", _lifecycle),
    "retired": ("Retired", _retired),
    "licence": ("Licence", _licence),
}
"""Blocks of facts in the order of the page, each with its label and its function."""
