from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from vmlint.api import Finding, Severity, Unknown, Workload, both, finding, repair, rule

from ..shared.wording import listed


class Means(NamedTuple):
    """Something that a real-time guest needs, and how to tell that it is missing."""

    path: str
    name: str
    missing: Callable[[], bool]
    field: str = ""
    """The field below ``deployment`` that would supply it."""


@rule(
    "VM607",
    "realtime-without-tuning",
    Severity.WARNING,
    article=("T2-D4",),
    sources=("S-62", "S-63"),
    architectures=("type1", "type2", "paravirtualization", "full-virtualization"),
    demands=("requirements.performance.realtime",),
    fits_if={
        "deployment.tuning.cpuPinning": "is true",
        "deployment.tuning.hugepages": "is true, or deployment.tuning.lockedMemory is",
        "deployment.tuning.lockedMemory": "is true, or deployment.tuning.hugepages is",
        "host.kernel.realtime": "is true",
    },
)
def realtime_without_tuning(workload: Workload) -> Iterator[Finding]:
    """A virtual machine keeps deadlines only where the host was prepared to leave it alone.

    ## Why

    Without preparation the host may at any moment give a virtual CPU's core to something else, or fetch a page of the
    guest's memory from swap, and the guest cannot notice: its clock stands still meanwhile. libvirt's recipe, which
    KubeVirt follows, pins each virtual CPU to a core, backs the memory with huge pages or locks it, and replaces the
    usual kernel of the host by a real-time one.

    ## When it stays silent

    Soft real time allows a deadline to be missed now and then, so the kernel is asked for only where the demand is
    hard; in a development environment soft real time is not judged. Only what is known to be missing counts. Platforms
    without such a recipe are left to VM608.
    """
    wanted = workload.requirements.performance.realtime
    if wanted in (None, "none"):
        return
    if not both(
        lambda: workload.platform.fact("realtime", "hard") == "tuned",
        lambda: workload.mode.id != "emulation",
        lambda: any(True for _ in _missing(workload, hard=wanted == "hard")),
        lambda: wanted == "hard" or workload.environment != "dev",
    ):
        return
    missing = list(_missing(workload, hard=wanted == "hard"))
    changes = {means.field: "true" for means in missing if means.field}
    yield finding(
        missing[0].path,
        f"{wanted} real time is demanded, and what it takes is missing: {listed(means.name for means in missing)}",
        because=("requirements.performance.realtime", *(means.path for means in missing[1:])),
        help="set cores aside for the guest on the host as well (isolcpus), and keep its emulator threads off them",
        repairs=(repair("what the guest needs for itself", **changes),) if changes else (),
    )


def _missing(workload: Workload, *, hard: bool) -> Iterator[Means]:
    """Yield what is known to be missing; :class:`Unknown` where nothing is and something is not known."""
    tuning, host = workload.deployment.tuning, workload.host
    needs = [
        Means("deployment.tuning.cpuPinning", "pinned CPUs", lambda: not tuning.cpu_pinning, "tuning__cpuPinning"),
        Means(
            "deployment.tuning.hugepages",
            "huge pages or locked memory",
            lambda: both(lambda: not tuning.hugepages, lambda: not tuning.locked_memory),
            "tuning__hugepages",
        ),
        *([Means("host.kernel.realtime", "a real-time kernel on the host", lambda: not host.kernel.realtime)] * hard),
    ]
    unknown: Unknown | None = None
    found = False
    for means in needs:
        try:
            if means.missing():
                found = True
                yield means
        except Unknown as gap:
            unknown = unknown or gap
    if unknown and not found:
        raise unknown
