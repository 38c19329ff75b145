from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import CpuModel, Finding, Need, Repair, Severity, Unknown, Workload, arm_version, repair, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.cpu_levels import needed_level
from ..shared.cpu_models import LEVELS, named_models
from ..shared.hardware import X86
from ..shared.offers import offer_of
from ..shared.stack import Answer, by_rows, unmet

OWN_CPU = "host-passthrough"
MODEL = "deployment.cpuModel"
LEVEL = "cpu.x86-64-level"
ASKED_FOR_LEVELS = frozenset({MODEL, "host.cpu.level"})
"""The fields that VM603 asks for, where the guest's system needs a level."""
ARM_ISA = "cpu.arm-isa"
OF_ARM_8_2 = frozenset({"dcpop", "fphp", "asimdhp", "asimddp", "sha3", "sve", "jscvt", "lrcpc", "paca", "uscat"})
"""Flags of /proc/cpuinfo that CPUs have from Armv8.2 on (Arm Architecture Reference Manual)."""
NEWER = ("run it on a newer one",)
MAKERS = {"intel": "Intel's", "amd": "AMD's"}
"""Makers of processors for servers of x86, as a sentence names what is theirs."""
EMULATORS = {"darwin": "rosetta-linux", "windows": "qemu-user", "linux": "qemu-user"}
"""What runs programs of another CPU in a container, by the family of the host's system."""

FLAG_OF_LEVEL = {
    "v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
    "v3": {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "abm"},
    "v2": {"cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3", "pni"},
}  # fmt: skip
"""Flags of /proc/cpuinfo that each x86-64 level adds to the one below it (S-45)."""

EARLY = frozenset({"abm", "movbe"})
"""Flags that CPUs two levels below have too: abm AMD's Phenom and Opteron, movbe Intel's Atom (S-67)."""


@rule(
    "VM001",
    "cpu-feature-missing",
    Severity.ERROR,
    article=("CT-C1", "T1-C4"),
    sources=("S-45", "S-67"),
    symptoms=("Illegal instruction (core dumped)", "exited with code 132"),
    architectures=ALL_ARCHITECTURES,
    layers=("cpu",),
    yields_to=("VM603",),
    fits_if={
        "host.cpu.features": "has the instructions that are needed",
        "host.cpu.level": "is high enough for the program",
        "deployment.cpuModel": "shows the instructions that are needed",
    },
)
def cpu_feature_missing(workload: Workload) -> Iterator[Finding]:
    """A program is built for instructions that the processor below, or the CPU model of a machine, does not show.

    ## Why

    Many programs are built for instructions of newer processors: MongoDB since 5.0 for AVX, images on RHEL 9 for the
    level x86-64-v2. A container sees the processor of its host, and a host that is a virtual machine has only what its
    CPU model shows: kvm64, the old default of several tools, has neither SSE4.2 nor AVX on the newest processor.

    ## What it looks like

    The program ends at its start with "Illegal instruction", and its container with exit status 132 again and again.

    ## When it stays silent

    A list of `host.cpu.features` that is an extract (`host.cpu.complete: false`) proves nothing by what is not in it.
    Needs follow from the name and the tag of an image as its makers publish it, or are stated as
    `requirements.features`.
    """
    yield from unmet(workload, _resolve, "cpu.")


def _resolve(workload: Workload, need: Need) -> Answer | None:
    try:
        return _lacking(workload, need) if workload.deployed else None
    except Unknown as missing:
        if missing.path in ASKED_FOR_LEVELS and _is_below_the_system(workload, need):
            return None
        raise


def _is_below_the_system(workload: Workload, need: Need) -> bool:
    """Whether the guest's own system needs as much: what lacks it lacks both, so VM603 asks and tells."""
    lowest = _lowest_level(need)
    try:
        needed, _ = needed_level(workload)
    except Unknown:
        return False
    return bool(lowest and needed) and LEVELS.index(str(lowest)) <= LEVELS.index(str(needed))


def _lacking(workload: Workload, need: Need) -> Answer | None:
    container = workload.deployment.get("architecture") == "container" or workload.mode.is_container
    below = _in_container if container else _in_machine
    try:
        answer = by_rows(workload, need) if workload.deployment.platform.knows("id") else None
    except Unknown:
        # No layer adds instructions: what is lacked below decides, whatever the layer does. Else the layer is asked.
        if lacks := below(workload, need):
            return lacks
        raise
    return below(workload, need) if answer is None else answer or None


def _in_machine(workload: Workload, need: Need) -> Answer | None:
    deployment = workload.deployment
    if deployment.mode == "emulation":
        return None  # an emulator brings its own instructions
    arch = workload.guest.get("arch", workload.host.get("arch", "amd64"))
    if arch != "amd64":
        # Models of other CPUs are not in the table, and none of them shows more than the processor has.
        return _on_arm(workload, need) if arch == workload.host.get("arch", arch) == "arm64" else None
    if need.feature.id != LEVEL and not _is_flag(need):
        return None
    if _has_one_maker(workload, need):
        return _on_host(workload, need)  # what encrypts a machine is outside of it, whatever its model shows
    try:
        lacks = _on_host(workload, need)  # a hypervisor adds no instructions
    except Unknown:
        lacks = None
    if lacks:
        return lacks._replace(repairs=tuple(_lower(workload))) if need.path == MODEL else lacks
    if not deployment.knows("cpu_model"):
        if "cpuModels" in workload.platform.data:
            raise Unknown("deployment.cpuModel")
        return _on_host(workload, need)
    model = workload.catalog.cpu_model(deployment.cpu_model)
    if model is None:
        raise Unknown.in_catalog(deployment.cpu_model, "flags")
    if model.host:
        return _on_host(workload, need)
    has = _model_has(workload, deployment.cpu_model, model, need)
    if has or _flag(need) in deployment.get("cpu_flags", ()):
        return None
    if has is None:
        raise Unknown.in_catalog(deployment.cpu_model, _flag(need))
    return Answer(
        "hidden",
        f"the CPU model {deployment.cpu_model} does not show it",
        "deployment.cpuModel",
        repairs=tuple(_better(workload, need)),
    )


def _has_one_maker(workload: Workload, need: Need) -> bool:
    known = workload.catalog.feature(need.feature.id)
    return bool(known and known.vendor)


def _better(workload: Workload, need: Need) -> Iterator[Repair]:
    """Propose the models that show it; the host is not known to lack it."""
    lowest = _lowest_level(need)
    if lowest:
        yield from named_models(workload.platform, lowest, lowest)
    yield repair("all that the host's processor can do; it then moves between equal hosts only", cpuModel=OWN_CPU)


def _lower(workload: Workload) -> Iterator[Repair]:
    """Propose the models that the host can give, where the one that is named promises more."""
    if workload.host.cpu.knows("level"):
        yield from named_models(workload.platform, workload.host.cpu.level, workload.host.cpu.level)
    yield repair("all that the host's processor can do; it then moves between equal hosts only", cpuModel=OWN_CPU)


def _in_container(workload: Workload, need: Need) -> Answer | None:
    guest, host = workload.guest, workload.host
    if need.feature.id == LEVEL and guest.get("arch", "amd64") not in X86:
        return None  # the level of no CPU that such programs run on
    if guest.knows("arch") and host.knows("arch") and guest.arch != host.arch:
        emulator = EMULATORS.get(host.os.family if host.os.knows("family") else "", "")
        found = offer_of(workload, emulator, need.feature.id) if emulator else None
        if found and found[0].does in ("hides", "absent"):
            says = f"the emulator that runs {guest.arch} programs on an {host.arch} host does not have it"
            return Answer("absent", says, "host.platform", because=("guest.platform",), sure=found[1])
        return None
    if host.get("arch", "amd64") != "amd64":
        return _on_arm(workload, need)
    return _on_host(workload, need)


def _arm_isa(workload: Workload, need: Need) -> Answer | None:
    """Judge the version of the Arm architecture: by the names of the cores, or the flags that it made mandatory."""
    cpu = workload.host.cpu
    if need.feature.is_met_by("8.0"):
        return None  # there is none before it
    version = arm_version(cpu.get("model", ""))
    if version is not None:
        if need.feature.is_met_by(version):
            return None
        return Answer("absent", f"the host's CPU, {cpu.model}, is one of Armv{version}", "host.cpu.model", help=NEWER)
    if not cpu.knows("features"):
        raise Unknown("host.cpu.model")
    features = cpu.features
    # Atomic instructions came with 8.1: a complete list without them is one of Armv8.0.
    if "atomics" not in features:
        if not workload.host.cpu.get("complete", False):
            raise Unknown(_of_flags(workload))
        return Answer("absent", "the host's CPU is one of Armv8.0", "host.cpu.features", help=NEWER)
    if need.feature.is_met_by("8.1") or (features & OF_ARM_8_2 and need.feature.is_met_by("8.2")):
        return None
    raise Unknown("host.features.present")


def _on_arm(workload: Workload, need: Need) -> Answer | None:
    if need.feature.id == ARM_ISA:
        return _arm_isa(workload, need)
    cpu = workload.host.cpu
    if not _is_flag(need) or _flag(need) in cpu.get("features", ()):
        return None
    if not cpu.knows("features") or not cpu.get("complete", False):
        raise Unknown(_of_flags(workload))
    return Answer("absent", "the host's CPU does not have it", "host.cpu.features")


def _on_host(workload: Workload, need: Need) -> Answer | None:
    """Return what the processor that the host shows lacks."""
    cpu = workload.host.cpu
    below = "give that machine a CPU model that shows it, such as host or x86-64-v3"
    inside = workload.host.get("virtualized")
    help = (
        (below,) if inside is True
        else ("run it on a processor that has it",) if inside is False
        else ("run it on a processor that has it", f"where the host is a virtual machine itself, {below}")
    )  # fmt: skip
    if need.feature.id == LEVEL and not cpu.knows("level") and cpu.knows("shown_model"):
        return _shown(workload, need, below)
    if need.feature.id == LEVEL:
        if need.feature.is_met_by(str(cpu.level)):
            return None
        return Answer("absent", f"the host has x86-64-{cpu.level}", "host.cpu.level", help=help)
    if not _is_flag(need):
        return None
    known = workload.catalog.feature(need.feature.id)
    if known and known.vendor and cpu.knows("vendor") and cpu.vendor in MAKERS and cpu.vendor != known.vendor:
        return Answer("absent", f"the host's CPU is one of {MAKERS[cpu.vendor]}", "host.cpu.vendor")
    flag = _flag(need)
    features = cpu.get("features", frozenset())
    if flag in features:
        return None
    if cpu.knows("features") and cpu.get("complete", False):
        return Answer("absent", "the host's CPU does not show it", "host.cpu.features", help=help)
    if cpu.knows("shown_model"):
        model = workload.catalog.cpu_model(cpu.shown_model)
        has = _model_has(workload, cpu.shown_model, model, need) if model and not model.host else None
        if has:
            return None
        if has is False:
            says = f"the host is a virtual machine whose CPU model {cpu.shown_model} does not show it"
            return Answer("hidden", says, "host.cpu.shownModel", help=(below,))
    lowest = _lowest_level(need)
    if lowest and cpu.knows("level"):
        above = LEVELS.index(lowest) - LEVELS.index(cpu.level)
        if above <= 0:
            return None
        if above > 1 and flag not in EARLY:  # those of the next level may be there one by one
            return Answer("absent", f"the host has x86-64-{cpu.level} only", "host.cpu.level", help=help)
    raise Unknown(_of_flags(workload))


def _of_flags(workload: Workload) -> str:
    """Return the field that would settle whether the host's CPU shows a flag that none says it does.

    A whole list of an x86 CPU is known by the flags that all of them have.
    """
    host = workload.host
    if not host.cpu.knows("features"):
        # Of an extract that is yet to come, nothing is proved by what is not in it.
        return "host.cpu.features" if host.cpu.get("complete", True) else "host.cpu.complete"
    by_itself = host.cpu.knows("complete") or host.get("arch") == "amd64"
    return "host.cpu.features" if by_itself else "host.cpu.complete"


def _shown(workload: Workload, need: Need, below: str) -> Answer | None:
    """Return what the CPU model lacks that a host is shown as a virtual machine."""
    shown = workload.host.cpu.shown_model
    model = workload.catalog.cpu_model(shown)
    if model is None or model.host:
        raise Unknown("host.cpu.level")
    if need.feature.is_met_by(model.level):
        return None
    says = f"the host is a virtual machine whose CPU model {shown} does not show it"
    return Answer("hidden", says, "host.cpu.shownModel", help=(below,))


def _model_has(workload: Workload, name: str, model: CpuModel, need: Need) -> bool | None:
    """Whether a CPU model shows what is needed; ``None`` where that is not known."""
    if need.feature.id == LEVEL:
        return need.feature.is_met_by(model.level)
    lowest = _lowest_level(need)
    if lowest and LEVELS.index(model.level) >= LEVELS.index(lowest):
        return True
    return workload.catalog.cpu_shows(name, _flag(need))


def _lowest_level(need: Need) -> str | None:
    """Return the lowest x86-64 level that has what is needed; ``None`` where no level says."""
    if need.feature.id == LEVEL:
        return next((level for level in LEVELS if need.feature.is_met_by(level)), None)
    return next((level for level, flags in FLAG_OF_LEVEL.items() if _flag(need) in flags), None)


def _is_flag(need: Need) -> bool:
    """Whether lists of flags would hold it: not so the level of another CPU, or a feature of a project's own."""
    return not need.feature.operator and "." not in _flag(need)


def _flag(need: Need) -> str:
    return need.feature.id.removeprefix("cpu.")
