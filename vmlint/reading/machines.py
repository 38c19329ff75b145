"""A machine that another tool's file describes, as the host of what runs in it: of containers above all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import is_stated, state, value_at
from vmlint.model.workload import Workload
from vmlint.patterns import lazy_pattern
from vmlint.reading.draft import Draft, oci_platform
from vmlint.reading.subject import TablePlaces
from vmlint.reading.withheld import withheld
from vmlint.words import as_text

_SAME = (
    ("guest.os.id", "host.os.id"),
    ("guest.os.family", "host.os.family"),
    ("guest.os.version", "host.os.version"),
    ("guest.kernel.version", "host.kernel.version"),
    ("guest.platform", "host.platform"),
    ("resources.memory", "host.memory"),
)
"""Facts of a machine -> the same facts of a host."""
_SHOWN = (("deployment.cpuModel", "host.cpu.shownModel"),)
"""The same of machines alone: a container has the processors and the kernel of what is below it."""
_PLATFORM = "deployment.platform.id"
_FLAG = lazy_pattern(r"[a-z0-9_]{1,40}")

if TYPE_CHECKING:
    from vmlint.findings.place import Place


def as_host(draft: Draft) -> tuple[Workload, TablePlaces] | None:
    """Return what a machine is for what runs in it; ``None`` for what is neither a machine nor a system container."""
    machine = draft.workload
    choice = machine.deployment
    platform = choice.platform.get("id")
    known = machine.catalog.platform_id(platform) if platform else None
    container = choice.knows("architecture") and choice.architecture == "container"
    if choice.get("mode") != "lxc" if container else not (known or choice.knows("mode")):
        return None  # an application's container hosts nothing; what has neither platform nor mode is no machine
    whole = Workload(machine.catalog, DERIVATIONS, machine.today)
    whole.name = machine.name
    places: dict[str, Place] = {}
    around = draft.spec.at.of(draft.file)

    def take(path: str, value: Any, source: str) -> None:
        state(whole, path, value)
        places[path] = draft.places.get(source, around)

    for source, path in (*_SAME, *(() if container else _SHOWN)):
        if is_stated(machine, source):
            take(path, as_text(value_at(machine, source)), source)
    if known:
        if not container:
            take("host.hypervisor", known, _PLATFORM)
        take("host.layers", ["lxc", known] if container and known != "lxc" else [known], _PLATFORM)
    arch = machine.guest.stated().get("arch")
    if arch and not is_stated(whole, "host.platform") and machine.guest.os.knows("family"):
        found = oci_platform(machine.guest.os.family, arch)
        if found is not None:
            take("host.platform", str(found), "guest.arch")
    if is_stated(machine, "resources.cpu"):
        cpus = value_at(machine, "resources.cpu")
        if isinstance(cpus, (int, float)) and cpus >= 1 and cpus == int(cpus):
            take("host.cpu.count", int(cpus), "resources.cpu")
    if container:
        take("host.container", "lxc", _PLATFORM)
        if known and (kept := tuple(withheld(machine, known))):
            take("host.features.absent", kept, _PLATFORM)
    else:
        take("host.virtualized", True, _PLATFORM)
        added = [f"cpu.{flag}" for flag in sorted(machine.deployment.get("cpu_flags", ())) if _FLAG.fullmatch(flag)]
        if added:  # beside those of the model
            take("host.features.present", added, "deployment.cpuFlags")
    return whole, TablePlaces(places, {}, around)
