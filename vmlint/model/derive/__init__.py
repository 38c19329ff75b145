"""Everything that follows from what was stated, in one table.

A derivation runs when an unset fact is read (:meth:`vmlint.model.facts.Facts.__getattr__`). It reads other facts, so
what it needs and does not find ends as ``Unknown`` naming the field that would have settled it.
Each names the fields it follows from, by which a finding about a derived fact finds its place in the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmlint.findings.unknown import Unknown
from vmlint.model.facts import Derivation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vmlint.catalog.images import ImageGuest
    from vmlint.model.workload import Workload

DERIVED_ONLY = frozenset({"guest.os.age", "guest.os.oneOf", "guest.arch", "host.arch", "deployment.kernelFamily"})
"""Facts that no manifest states: they always follow from others."""

_LEVEL_FLAGS = (
    ("v4", {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}),
    ("v3", {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"}),
    ("v2", {"cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"}),
)
"""CPU flags, as /proc/cpuinfo spells them, that each x86-64 level adds to the one below it (x86-64 psABI)."""

EVERY_AMD64 = frozenset({"fpu", "lm"})
"""Flags of every 64-bit x86 CPU: a list that has them is the whole of /proc/cpuinfo's, not an extract."""

XEN_MODES = frozenset({"pv", "pvh", "pvhvm"})
"""Modes in which a guest's kernel or its drivers know Xen: what Xen and its products mean by paravirtualization."""

_RUNTIME_CLASSES = (("kata", "kata"), ("gvisor", "gvisor"), ("runsc", "gvisor"), ("runc", "runc"), ("crun", "crun"))
"""Well-known beginnings of RuntimeClass names. The names are a cluster's own, so any other name decides nothing."""


def _image_guest(workload: Workload) -> ImageGuest | None:
    """Return the system that an image is known to hold by its name.

    Whatever the architecture: a container that is moved into a machine, for the advisor to judge, keeps its system.
    """
    image = workload.deployment.image
    return workload.catalog.image_guest(image.ref) if image.knows("ref") else None


def _release_of_build(workload: Workload, path: str, build: object, family: str | None) -> str:
    """Return the release that a build belongs to; unknown where it belongs to none, or to a server and a client."""
    if build is not None and family in (None, "windows"):
        releases = workload.catalog.releases_of_build(str(build))
        if len(releases) == 1:
            return releases[0].id
    raise Unknown(path)


def _guest_id(workload: Workload) -> str:
    found = _image_guest(workload)
    if found and found.id:
        return found.id
    os = workload.guest.os
    return _release_of_build(workload, "guest.os.id", os.get("version"), os.stated().get("family"))


def _host_id(workload: Workload) -> str:
    os = workload.host.os
    return _release_of_build(workload, "host.os.id", os.get("build"), os.stated().get("family"))


def _guest_family(workload: Workload) -> str:
    guest = workload.guest
    if guest.os.knows("id"):
        found = workload.catalog.guest(guest.os.id)
        if found:
            return found.family
    if guest.knows("platform"):
        return guest.platform.os
    image = _image_guest(workload)
    if image:
        return image.family
    raise Unknown("guest.os.id")


def _guest_age(workload: Workload) -> int:
    released = str(workload.guest_os.fact("released"))
    year, month, day = (int(part) for part in released.split("-"))
    today = workload.today
    return today.year - year - ((today.month, today.day) < (month, day))


def _guest_arch(workload: Workload) -> str:
    if workload.guest.knows("platform"):
        return workload.guest.platform.arch
    if workload.guest.os.knows("id"):
        found = workload.catalog.guest(workload.guest.os.id)
        if found and found.has("arch") and len(found.fact("arch")) == 1:
            return str(found.fact("arch")[0])
    raise Unknown("guest.platform")


def _from_guest_os(*keys: str, convert: Callable[[Any], Any] = lambda value: value) -> Callable[[Workload], Any]:
    def derive(workload: Workload) -> Any:
        if workload.guest.kernel.source == "custom":
            raise Unknown(f"guest.{'.'.join(keys)}")  # the release's own kernel says nothing about another one
        return convert(workload.guest_os.fact(*keys))

    return derive


def _of_generation(field: str, first: Any, second: Any = None) -> Callable[[Workload], Any]:
    """Return what Hyper-V's generation tells: 1 is a BIOS machine and nothing more, 2 has UEFI."""

    def derive(workload: Workload) -> Any:
        value = {"1": first, "2": second}.get(workload.deployment.get("generation", ""))
        if value is None:
            raise Unknown(f"deployment.firmware.{field}")
        return value

    return derive


def _generation(workload: Workload) -> Any:
    """Return the generation that has a stated firmware, on a product whose machines have generations."""
    deployment = workload.deployment
    found = {"bios": "1", "uefi": "2"}.get(deployment.firmware.stated().get("type", ""))
    if found is None or "generation1" not in workload.platform.data.get("limits", {}):
        raise Unknown("deployment.generation")
    return found


def _virtualized(workload: Workload) -> bool:
    cloud = workload.host.cloud
    service = workload.catalog.service(cloud.provider) if cloud.knows("provider") else None
    if service is None:
        raise Unknown("host.virtualized")
    return service.fact("cloud", "bareMetal") not in cloud.instance_type


def _guest_version(text: str) -> Any:
    from vmlint.model.values import Version

    return Version(text)


def _host_family(workload: Workload) -> str:
    host = workload.host
    if host.os.knows("id"):
        found = workload.catalog.guest(host.os.id)
        if found:
            return found.family
    if host.knows("platform"):
        return host.platform.os
    if workload.deployment.platform.knows("id"):
        families = workload.platform.fact("host", "os")
        if len(families) == 1 and families[0] != "own":
            return str(families[0])
    raise Unknown("host.platform")


def _host_arch(workload: Workload) -> str:
    return workload.host.platform.arch


def _iommu(workload: Workload) -> bool:
    # Only its presence tells: /proc/cpuinfo has no such flag, so a list without it says nothing.
    if "iommu" in workload.host.cpu.get("features", ()):
        return True
    raise Unknown("host.iommu")


def _cpu_level(workload: Workload) -> str:
    features = workload.host.cpu.features
    if workload.host.arch != "amd64" or not features >= EVERY_AMD64:
        raise Unknown("host.cpu.level")  # a list that names only what somebody cared for tells of no level
    level, have = "v1", True
    for name, flags in reversed(_LEVEL_FLAGS):
        have = have and flags <= features
        if have:
            level = name
    return level


def possible_architectures(workload: Workload) -> tuple[frozenset[str], str]:
    """Return the architectures that the deployment may have, and the field that would settle which.

    A rule that speaks about all of them need not know which it is.
    """
    deployment = workload.deployment
    if deployment.knows("architecture"):
        return frozenset({deployment.architecture}), ""
    try:
        words = workload.platform.architectures.keys()
    except Unknown as missing:
        mode = deployment.stated().get("mode")
        container = mode and workload.catalog.modes[mode].is_container
        any_word = workload.catalog.architectures
        return frozenset(word for word in any_word if not mode or (word == "container") == container), missing.path
    return frozenset(_words_for(workload, words)), "deployment.architecture"


def _words_for(workload: Workload, words: Iterable[str]) -> list[str]:
    """Return the words under which a stated mode can be meant: an image is no machine, and the other way round."""
    mode = workload.deployment.stated().get("mode")
    if mode is None:
        return list(words)
    container = workload.catalog.modes[mode].is_container
    offered = workload.platform.architectures
    return [word for word in words if offered[word] == mode or (word == "container") == container]


def _architecture(workload: Workload) -> str:
    offered = workload.platform.architectures
    words = _words_for(workload, offered)
    if words and len({offered[word] for word in words}) == 1:
        return words[0]  # one word, or several for one and the same mode: the first is the platform's own
    mode = workload.deployment.stated().get("mode")
    exact = [word for word in words if mode and offered[word] == mode]
    if exact:
        return exact[0]
    raise Unknown("deployment.architecture")


def _mode(workload: Workload) -> str:
    deployment = workload.deployment
    if "runtime_class" in deployment.stated():
        for prefix, mode in _RUNTIME_CLASSES:
            if deployment.runtime_class.startswith(prefix):
                return mode
        raise Unknown("deployment.mode")
    architecture = deployment.architecture
    usual = workload.platform.architectures.get(architecture)
    if usual:
        return _unless_ruled_out(workload, usual)
    if architecture != "container":
        return _machine_mode(workload, architecture)
    return _windows_mode(workload)


def _machine_mode(workload: Workload, architecture: str) -> str:
    """Return the mode that a word for machines means on a platform that goes by another one (VM620), or by several."""
    modes = workload.platform.modes.keys()
    xen = modes & XEN_MODES if architecture == "paravirtualization" else set()
    if len(xen) == 1:
        return str(*xen)
    if "hw-assisted" in modes and not xen:
        # A foreign CPU leaves only emulation, where there is any; for the host's own, hardware does it.
        emulated = "emulation" in modes and foreign(workload.guest.arch, workload.host.arch)
        return "emulation" if emulated else "hw-assisted"
    if len(modes) == 1 and workload.catalog.modes[only := next(iter(modes))].boundary == "vm":
        return only
    raise Unknown("deployment.mode")


def _unless_ruled_out(workload: Workload, usual: str) -> str:
    """Return a platform's usual mode, unless a host or a guest of another family rules it out.

    Docker's usual mode is runc; on Windows there is none, and servers and desktops differ in what they use instead.
    """
    mode = workload.catalog.modes[usual]
    if mode.is_container:
        host, guest = workload.platform, workload.guest.os
        if host.has("host", "kernelFamily"):
            family = host.fact("host", "kernelFamily")
        elif workload.host.os.knows("family"):
            family = workload.host.os.family
        else:
            family = guest.family if guest.knows("family") else None
        if family and family not in mode.data.get("families", (family,)):
            return _windows_mode(workload)
    return usual


def _windows_mode(workload: Workload) -> str:
    """Return the isolation that a Windows host uses unless it is told otherwise, where that is certain."""
    host, guest = workload.host.os, workload.guest.os
    windows = all(os.knows("family") and os.family == "windows" for os in (host, guest))
    modes = workload.catalog.modes
    usual = {modes[name].fact("usualOn"): name for name in workload.platform.modes if modes[name].has("usualOn")}
    if windows and len(usual) == 1:
        return next(iter(usual.values()))  # an orchestrator that knows one way only
    release = workload.catalog.guest(host.id) if windows and host.knows("id") else None
    if usual and release and release.known:
        return usual["desktop" if release.data.get("desktop") else "server"]
    raise Unknown("deployment.mode")


def _kernel_family(workload: Workload) -> str:
    host, platform = workload.host.os, workload.platform
    if not platform.has("host", "kernelFamily"):
        return host.family
    if host.knows("family") and host.family in platform.data["host"].get("experimentalOs", ()):
        return host.family  # a port that runs on the system itself, without a hidden Linux machine
    family = str(platform.fact("host", "kernelFamily"))
    if workload.deployment.knows("mode"):
        families: list[str] = workload.mode.data.get("families", [])
        if families and family not in families:
            return families[0]  # Docker Desktop with process isolation: Windows, not its hidden Linux machine
    return family


def foreign(guest: str, host: str) -> bool:
    """Tell whether a host's CPU cannot run a guest's instructions itself: 32-bit x86 runs on 64-bit x86."""
    return guest != host and (guest, host) != ("386", "amd64")


DERIVATIONS = {
    derivation.path: derivation
    for derivation in (
        Derivation(
            "guest.os.id",
            ("deployment.image.ref", "guest.os.version"),
            "the tag of a distribution's own image names the release, and a build of Windows belongs to one release",
            _guest_id,
        ),
        Derivation("host.os.id", ("host.os.build",), "a build of Windows belongs to one release", _host_id),
        Derivation(
            "guest.os.family",
            ("guest.os.id", "guest.platform", "deployment.image.ref"),
            "the id of an operating system tells its family",
            _guest_family,
        ),
        Derivation("guest.os.age", ("guest.os.id",), "the catalogue knows when the release came out", _guest_age),
        Derivation(
            "guest.os.oneOf", ("guest.os.id",), "a release is one of itself", lambda workload: (workload.guest.os.id,)
        ),
        Derivation("guest.arch", ("guest.platform", "guest.os.id"), "a platform names its CPU", _guest_arch),
        Derivation(
            "guest.kernel.version",
            ("guest.os.id",),
            "a release comes with its own kernel",
            _from_guest_os("kernel", "version", convert=_guest_version),
        ),
        Derivation(
            "guest.kernel.modifiable",
            ("guest.os.id",),
            "only its vendor can change a closed kernel",
            _from_guest_os("kernel", "modifiable"),
        ),
        Derivation(
            "guest.kernel.paravirt",
            ("guest.os.id",),
            "a release's kernel has paravirtual interfaces built in or not",
            _from_guest_os("kernel", "paravirt", convert=frozenset),
        ),
        Derivation(
            "host.os.family",
            ("host.os.id", "host.platform", "deployment.platform.id"),
            "the id of an operating system tells its family; some platforms run on one family only",
            _host_family,
        ),
        Derivation(
            "host.virtualized",
            ("host.cloud.instanceType", "host.cloud.provider"),
            "an instance of EC2 is a virtual machine unless its type says metal",
            _virtualized,
        ),
        Derivation(
            "deployment.firmware.type",
            ("deployment.generation",),
            "Hyper-V's generation decides the firmware",
            _of_generation("type", "bios", "uefi"),
        ),
        Derivation(
            "deployment.firmware.secureBoot",
            ("deployment.generation",),
            "generation 1 of Hyper-V has no UEFI",
            _of_generation("secureBoot", False),
        ),
        Derivation(
            "deployment.firmware.tpm",
            ("deployment.generation",),
            "generation 1 of Hyper-V has no TPM",
            _of_generation("tpm", "none"),
        ),
        Derivation(
            "deployment.generation",
            ("deployment.firmware.type", "deployment.platform.id"),
            "on Hyper-V a BIOS makes a machine of generation 1, and UEFI one of generation 2",
            _generation,
        ),
        Derivation("host.iommu", ("host.cpu.features",), "the features that are listed include iommu", _iommu),
        Derivation("host.arch", ("host.platform",), "a platform names its CPU", _host_arch),
        Derivation(
            "host.cpu.level",
            ("host.cpu.features",),
            "the CPU's flags tell its x86-64 level",
            _cpu_level,
        ),
        Derivation(
            "deployment.architecture",
            ("deployment.platform.id", "deployment.mode"),
            "the platform offers one architecture",
            _architecture,
        ),
        Derivation(
            "deployment.mode",
            ("deployment.runtimeClass", "deployment.architecture", "deployment.platform.id", "host.os.id"),
            "the platform runs that architecture in one mode by default, on a Windows host by what kind of host it is",
            _mode,
        ),
        Derivation(
            "deployment.kernelFamily",
            ("deployment.platform.id", "host.os.id", "host.platform"),
            "containers share the kernel of their host, or of the hidden VM their platform brings",
            _kernel_family,
        ),
    )
}
"""All derivations, by the path of the fact they yield."""
