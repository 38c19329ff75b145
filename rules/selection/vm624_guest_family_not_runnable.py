from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.modes import modes_in_question
from ..shared.windows import lacks_windows
from ..shared.wording import family_name, family_names


def runnable(workload: Workload) -> frozenset[str] | None:
    """Return the only OS families that the platform and the mode run; ``None`` where neither sets a limit."""
    deployment = workload.deployment
    if not deployment.knows("mode"):
        if whole := workload.platform.guest_families(""):
            return frozenset(whole)
        limits = {runnable_in(workload, mode) for mode in modes_in_question(workload)}
        if len(limits) == 1:
            return limits.pop()
    return runnable_in(workload, deployment.mode)


def runnable_in(workload: Workload, mode: str) -> frozenset[str] | None:
    """Return the only OS families that run in a mode on the chosen platform; ``None`` where nothing limits them."""
    limits = [
        frozenset(limit)
        for limit in (workload.platform.guest_families(mode), workload.catalog.modes[mode].data.get("families"))
        if limit
    ]
    return (frozenset.intersection(*limits) or None) if limits else None  # nothing in common: left to VM621


@rule(
    "VM624",
    "guest-family-not-runnable",
    Severity.ERROR,
    article=("T1-D4", "CT-D3"),
    sources=("S-28", "S-39", "S-40", "S-42", "P-17", "P-19", "P-20", "P-25", "P-26"),
    architectures=ALL_ARCHITECTURES,
    fits_if={"guest.os.id": "names a system that the mode can run"},
)
def guest_family_not_runnable(workload: Workload) -> Iterator[Finding]:
    """Some virtual machines and sandboxes run the systems of one family only.

    ## Why

    Being a virtual machine does not make something run any system. Firecracker has no firmware and no PC devices, so
    Windows never starts in it. Kata and gVisor offer Linux to the programs inside, WSL 2 boots Linux distributions, and
    Hyper-V isolation starts Windows images.

    ## What it looks like

    The failure comes late and is obscure: a kernel that the monitor cannot load, or a program that is no executable.

    ## When it stays silent

    Containers on a shared kernel are left to VM402, Windows images on a host without Windows to VM421 where the
    platform runs any. Platforms that set no limit, or whose vendor merely does not support a system, are not meant.
    """
    deployment, os = workload.deployment, workload.guest.os
    if (os.knows("family") and os.family == "other") or (deployment.knows("mode") and workload.mode.shares_host_kernel):
        return
    if not both(
        lambda: _is_ruled_out(workload),
        lambda: not (deployment.architecture == "container" and lacks_windows(workload)),
    ):
        return
    allowed, family = runnable(workload), os.family
    by_mode = deployment.knows("mode") and family not in workload.mode.data.get("families", (family,))
    what = f"a {workload.mode.name}" if by_mode else workload.platform.name
    yield finding(
        "guest.os.family",
        f"{what} runs {family_names(allowed or ())} guests only, and this one is {family_name(family)}",
        because=("deployment.platform.id", "deployment.mode"),
        help="choose a virtual machine with firmware and the devices of a PC, which most systems can boot",
    )


def _is_ruled_out(workload: Workload) -> bool:
    """Whether the guest is of another family than the only ones that run there."""
    allowed = runnable(workload)
    return allowed is not None and workload.guest.os.family not in {*allowed, "other"}
