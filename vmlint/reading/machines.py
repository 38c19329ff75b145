"""A machine that another tool's file describes, as the host of what runs in it: of containers above all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import is_stated, state, value_at
from vmlint.model.workload import Workload
from vmlint.reading.draft import Draft, oci_platform
from vmlint.reading.subject import TablePlaces
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
_SHOWN = (("deployment.cpuModel", "host.cpu.shownModel"), ("deployment.platform.id", "host.hypervisor"))
"""The same of machines alone: a container has the processors and the kernel of what is below it."""

if TYPE_CHECKING:
    from vmlint.findings.place import Place


def as_host(draft: Draft) -> tuple[Workload, TablePlaces] | None:
    """Return what a machine is for what runs in it; ``None`` for what is neither a machine nor a system container."""
    machine = draft.workload
    platform = machine.deployment.platform.get("id")
    known = machine.catalog.platform_id(platform) if platform else None
    if known is None:
        return None
    container = _is_container(machine)
    if container and machine.deployment.get("mode") != "lxc":
        return None  # an application's container hosts nothing
    whole = Workload(machine.catalog, DERIVATIONS, machine.today)
    whole.name = machine.name
    places: dict[str, Place] = {}
    around = draft.spec.at.of(draft.file)

    def take(path: str, value: Any, source: str) -> None:
        state(whole, path, value)
        places[path] = draft.places.get(source, around)

    for source, path in (*_SAME, *(() if container else _SHOWN)):
        if is_stated(machine, source):
            value = known if source == "deployment.platform.id" else value_at(machine, source)
            take(
                path,
                value if isinstance(value, (str, bool, int)) and type(value) in (str, bool, int) else as_text(value),
                source,
            )
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
        take("host.container", "lxc", "deployment.platform.id")
        take("host.layers", ["lxc", known], "deployment.platform.id")
    else:
        take("host.virtualized", True, "deployment.platform.id")
        take("host.layers", [known], "deployment.platform.id")
    return whole, TablePlaces(places, {}, around)


def _is_container(machine: Workload) -> bool:
    return bool(machine.deployment.knows("architecture") and machine.deployment.architecture == "container")
