from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vmlint.api import Confidence, Duration, Finding, Mode, Severity, Workload, finding, rule

from ..shared.fields import guest_os_field
from ..shared.labels import labelled
from ..shared.modes import modes_in_question

PRE_WARMED = "vmlint/pre-warmed"
"""Label of a workload whose instances are started ahead of demand: a warm pool, or a restored snapshot."""

CONDITIONS = (
    "documented as a limit, for one vCPU, 128 MiB, a tuned kernel and no serial console, up to the guest's init"
)
"""What Firecracker's figure holds for (S-28, P-17): the only documented one in the catalogue."""


class Start(NamedTuple):
    """How long a start takes in a mode; the quicker is the lesser one."""

    usual: Duration
    mode: str
    of_windows: bool
    documented: bool


@rule(
    "VM601",
    "startup-budget-missed",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("CT-A1", "CT-C2", "FV-D2"),
    sources=("S-28", "P-17", "P-19", "P-20"),
    demands=("requirements.startup",),
    thresholds={"clear_miss": "Startup over budget, as a ratio, from which on the miss is an error."},
)
def startup_budget_missed(workload: Workload, *, clear_miss: float = 10.0) -> Iterator[Finding]:
    """A machine that has to boot cannot start as fast as a process.

    ## Why

    A container is a new process, a microVM boots a bare kernel, an ordinary virtual machine boots firmware and a whole
    system, and an emulated one does so many times slower.

    The figures are deliberately low, so that only clear misses are reported. Firecracker's is documented: at most 125
    ms from the API call to the guest's init, for one vCPU, 128 MiB, a tuned kernel and no serial console; the start of
    the application comes on top. All others are cautious defaults of the catalogue and not measured: 5 seconds for a
    virtual machine, 20 with Windows in it.

    ## Severity

    A budget that the chosen way misses by a factor of ten or more is an error, anything less a warning: tuning may
    close a small gap, never a large one. What rests on defaults has medium confidence.

    ## When it stays silent

    Unikernels boot in a fraction of that on any hypervisor. Instances that are kept warm or restored from a snapshot do
    not boot on demand (label `vmlint/pre-warmed`).
    """
    budget = workload.requirements.startup
    if budget is None or not workload.deployed or labelled(workload, PRE_WARMED):
        return
    if workload.guest.os.knows("family") and workload.guest.os.family == "unikernel":
        return
    modes = [workload.catalog.modes[mode] for mode in modes_in_question(workload)]
    if all(_slowest(mode) <= budget for mode in modes):
        return
    starts = [_start(workload, mode) for mode in modes]
    if len({(start.usual <= budget, start.usual >= clear_miss * budget, start.documented) for start in starts}) > 1:
        starts = [_start(workload, workload.mode)]
    quickest = min(starts)
    if quickest.usual <= budget:
        return
    guest = "Windows " if quickest.of_windows else ""
    which = ", the quickest that may be meant," if len(starts) > 1 else ""
    basis = CONDITIONS if quickest.documented else "vmlint's default, not measured"
    yield finding(
        "deployment.mode",
        f"a {guest}start in mode {quickest.mode}{which} takes about {quickest.usual} ({basis}), and the budget is "
        f"{budget}",
        severity=Severity.ERROR if quickest.usual >= clear_miss * budget else Severity.WARNING,
        confidence=None if quickest.documented else Confidence.MEDIUM,
        because=("requirements.startup", quickest.of_windows and guest_os_field(workload)),
        help=f"if instances are started ahead of demand, say so with the label {PRE_WARMED}",
    )


def _start(workload: Workload, mode: Mode) -> Start:
    """Return how long the guest takes to start in a mode."""
    startup = mode.fact("startup")
    of_windows = "windows" in startup and workload.guest.os.family == "windows"
    documented = bool(startup.get("documented")) and _is_documented_by(workload, startup["source"])
    return Start(Duration.parse(startup["windows" if of_windows else "default"]), mode.id, of_windows, documented)


def _slowest(mode: Mode) -> Duration:
    """Return how long a start takes in a mode, whatever the guest is."""
    startup = mode.fact("startup")
    return max(Duration.parse(startup[guest]) for guest in ("default", "windows") if guest in startup)


def _is_documented_by(workload: Workload, documents: Iterable[str]) -> bool:
    """Whether a figure is from the documents of the chosen platform, rather than of another in the same mode."""
    if not workload.deployment.platform.knows("id"):
        return True
    return bool(set(documents) & set(workload.platform.sources()))
