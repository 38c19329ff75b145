from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule

from ..shared.fields import guest_os_field
from ..shared.wording import guest_name, listed


@rule(
    "VM613",
    "unikernel-needs",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("CT-D3",),
    sources=("S-61", "R2-09"),
)
def unikernel_needs(workload: Workload) -> Iterator[Finding]:
    """A unikernel is one application with just the kernel that it needs: no services beside it, and no modules.

    ## Why

    Nothing starts systemd or another init system in it, and its drivers are linked in when it is built. OSv and Nanos
    run one process and refuse to start another, so software that works by starting programs, as the jobs of a CI runner
    mostly do, fails at its first command.

    ## Severity

    A demand for an init system or for kernel modules is an error, software that starts programs a warning.

    ## When it stays silent

    Unikraft can run several processes since 0.19. A unikernel in a container on the host's kernel is left to VM402.
    """
    guest = workload.guest
    starts_programs = workload.knows("kind") and workload.kind == "ci-runner"
    demanded = guest.init not in (None, "none") or bool(guest.kernel.modules)
    if not demanded and not starts_programs:
        return
    if guest.os.family != "unikernel":
        return
    name, because, remedy = guest_name(workload), (guest_os_field(workload),), "run it on Linux in a microVM instead"
    if guest.init not in (None, "none"):
        what = "systemd" if guest.init == "systemd" else "an init system"
        yield finding(
            "guest.init",
            f"needs {what} as process 1, and {name} starts one application",
            severity=Severity.ERROR,
            because=because,
            help=remedy,
        )
    if guest.kernel.modules:
        yield finding(
            "guest.kernel.modules",
            f"needs {listed(guest.kernel.modules)} in the kernel, and {name} loads no modules",
            severity=Severity.ERROR,
            because=because,
            help=("link the driver in where the unikernel has one", remedy),
        )
    if starts_programs and workload.guest_os.fact("singleProcess"):
        yield finding(
            "kind",
            f"a CI runner starts programs, and {name} runs a single process",
            confidence=Confidence.MEDIUM,
            because=because,
            help=remedy,
        )
