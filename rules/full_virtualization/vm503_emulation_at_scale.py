from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, finding, rule

from ..shared.architectures import POSSIBLY_EMULATED
from ..shared.emulation import NOT_EMULATED, why_emulated
from ..shared.labels import DETERMINISTIC_EMULATION, labelled


@rule(
    "VM503",
    "emulation-at-scale",
    Severity.WARNING,
    article=("FV-D2", "FV-D1"),
    sources=("S-48", "S-84"),
    architectures=POSSIBLY_EMULATED,
    confidence=Confidence.MEDIUM,
    fits_if=NOT_EMULATED | {"host.platform": "has a CPU that runs {guest.arch} code itself"},
    thresholds={"a_few": "Emulated machines that any host carries beside its work: a judgement."},
)
def emulation_at_scale(workload: Workload, *, a_few: int = 3) -> Iterator[Finding]:
    """An emulated machine takes many times the CPU time of a native one, and a fleet of them as many times the hosts.

    ## Why

    One emulated build machine for a foreign CPU is a convenience. Ten of them occupy the hosts of a hundred, wait for
    each other, and still boot in minutes. A few hosts with the guest's own CPU, bought or rented by the hour, are
    cheaper and faster. The limit of three is a judgement.

    ## When it stays silent

    Old systems ask little of a modern CPU. Instances that have a host each (`placement: one-per-host`) are not meant,
    nor are workloads that want the emulator itself (label `vmlint/deterministic-emulation`).
    """
    if workload.deployment.get("mode", "emulation") != "emulation" or labelled(workload, DETERMINISTIC_EMULATION):
        return
    guest = workload.guest
    if guest.os.knows("id") and workload.catalog.guest(guest.os.id) and workload.guest_os.has("legacyHardware"):
        return
    per_host = workload.requirements.density.per_host or 0
    spread = workload.deployment.get("placement") == "one-per-host"
    if not both(
        lambda: workload.deployment.mode == "emulation",
        lambda: per_host > a_few or (not spread and workload.instances > a_few),
    ):
        return
    if per_host > a_few:
        path, message = "requirements.density.perHost", f"{per_host} emulated machines are to share a host"
    else:
        path, message = "instances", f"{workload.instances} emulated machines are to run"
    yield finding(
        path,
        f"{message}, and each takes many times the CPU time of one that the CPU runs itself",
        because=("deployment.mode", *why_emulated(workload)),
        help="use hosts with the guest's own CPU architecture, or builds of the guest for the hosts' own",
    )
