"""What follows from all rules together: a better fit, no fit at all, and what could not be decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from vmlint.api import Advice, Candidate, Finding, Severity, Undecided, Unknown, Workload, finding, foreign, rule

from .listing import listed

MARGIN = 0.15
"""By how much a suggestion has to beat the present choice before it is made unasked (section C.1 of the model)."""

FAST_START = 5.0
"""Seconds: a startup budget up to this asks for something lighter than a booting system."""

SHORT_LIVED = frozenset({"ci-runner", "function"})
"""Kinds of workload that come and go, which containers were made for (CT-U3)."""

CONTAINER_KINDS = frozenset({"service", "batch"}) | SHORT_LIVED


@rule(
    "VM604",
    "vm-where-container-fits",
    Severity.NOTE,
    article=("CH-5", "CT-A1", "CT-A2", "CT-A3", "CT-U1", "CT-U3"),
    architectures=("type1", "type2", "full-virtualization"),
    stage="advice",
)
def vm_where_container_fits(workload: Workload, advice: Advice) -> Iterator[Finding]:
    """A light Linux service that asks nothing of its kernel runs better in a container.

    It starts in the time of a process, many fit on a host, and nobody has to patch a second operating system. The
    advice is given only where the workload itself asks for that: a startup budget of seconds, a density, or work that
    comes and goes, as on a CI runner.

    Silent where anything speaks for a machine: a kernel of its own, modules, an init system, firmware, devices,
    nesting, live migration, compliance labels, an isolation demand, strangers' code, a CPU that is not the host's.
    Silent too where the choice has
    an error, which comes first, and where no container beats it by a clear margin without open conditions.
    """
    if advice.current_errors or _needs_machine(workload) or _emulated(workload):
        return
    demands = workload.requirements
    reasons = [
        *(["requirements.startup"] if demands.startup is not None and demands.startup <= FAST_START else []),
        *(["requirements.density.perHost"] if demands.density.per_host is not None else []),
    ]
    if workload.kind not in CONTAINER_KINDS:
        return
    if workload.kind in SHORT_LIVED:
        reasons.append("kind")
    if not reasons or workload.guest.os.family != "linux" or workload.mode.is_container:
        return
    current = advice.verdict.current
    better = next(
        (c for c in advice.verdict.fitting if c.architecture == "container" and not c.needs and not c.risks), None
    )
    if current is None or better is None or better.score - current.score < MARGIN:
        return
    strengths = [
        reason.why for reason in sorted(better.reasons, key=lambda r: -r.contribution) if reason.contribution > 0
    ]
    name = workload.catalog.platform(better.platform)
    yield finding(
        "deployment.architecture",
        f"this workload asks nothing that a container lacks, and fits {name.name if name else better.platform} better "
        f"than a virtual machine" + (f": {strengths[0]}" if strengths else ""),
        because=(*reasons, "guest.os.family"),
        help=[f"gives up {lost}" for lost in better.gives_up],
    )


def _emulated(workload: Workload) -> bool:
    """Tell whether the guest is made for a CPU that the host does not have, or emulated for another reason."""
    guest, host, deployment = workload.guest, workload.host, workload.deployment
    if deployment.knows("mode") and deployment.mode == "emulation":
        return True
    return guest.knows("arch") and host.knows("arch") and foreign(guest.arch, host.arch)


def _needs_machine(workload: Workload) -> bool:
    """Tell whether a demand speaks for a virtual machine."""
    guest, demands = workload.guest, workload.requirements
    isolation, devices = demands.isolation, demands.devices
    return bool(
        guest.kernel.source == "custom"
        or guest.kernel.requires
        or guest.kernel.modules
        or guest.kernel.realtime
        or guest.init not in (None, "none")
        or guest.firmware.type
        or guest.firmware.secure_boot
        or guest.firmware.tpm not in (None, "none")
        or workload.untrusted
        or isolation.level not in (None, "process")
        or isolation.compliance
        or devices.gpu.mode not in (None, "none", "shared")
        or devices.pci
        or devices.usb
        or devices.emulated
        or demands.nested
        or demands.mobility.live_migration not in (None, "none")
        or demands.performance.realtime not in (None, "none")
    )


@rule(
    "VM619",
    "requirements-contradict",
    Severity.ERROR,
    article=("CH-1", "CH-7"),
    stage="advice",
)
def requirements_contradict(workload: Workload, advice: Advice) -> Iterator[Finding]:
    """Some requirements cannot be had together, whatever is chosen.

    Where every deployment in the catalogue is ruled out, the smallest set of requirements is named without which one of
    them would fit. The way out is a decision about the workload, not about the platform: drop or loosen what is named.

    VM699 tells what rules out each way of running it. Silent where something fits, or would if a fact were known.
    """
    if not _nothing_fits(workload, advice) or not advice.verdict.contradiction:
        return
    first, *others = advice.verdict.contradiction
    stated = [f"{path} ({_demand(workload, path)})" for path in (first, *others)]
    them = "them" if others else "it"
    yield finding(
        first,
        f"nothing in the catalogue fits as long as {listed(stated)} {'are' if others else 'is'} demanded",
        because=others,
        help=f"without {them} something fits: drop or loosen {them}",
    )


@rule(
    "VM690",
    "cannot-decide",
    Severity.NOTE,
    article=("CH-1",),
    stage="undecided",
    optional=True,
)
def cannot_decide(workload: Workload, undecided: tuple[Undecided, ...]) -> Iterator[Finding]:
    """An unknown fact is neither true nor false: rules that need it say nothing.

    A file without findings may simply say too little. This rule, off unless it is selected, names in one line for each
    workload the fields for want of which rules that could object were left undecided; `--undecided` tells more of each.
    `vmlint host` prints the fields under `host` for the machine it runs on.

    Facts that vmlint's own catalogue lacks are not listed, as nobody can declare them in a manifest. Where nothing but
    such facts is missing, this rule is undecided itself.
    """
    del workload
    able = sorted(
        (missing for missing in undecided if missing.severity == Severity.ERROR),
        key=lambda missing: (missing.in_catalog, missing.path, missing.code),
    )
    if able and able[0].in_catalog:
        raise Unknown(able[0].path)
    able = [missing for missing in able if not missing.in_catalog]
    if able:
        codes = dict.fromkeys(sorted(missing.code for missing in able))
        first, *others = dict.fromkeys(missing.path for missing in able)
        yield finding(first, f"declare {listed((first, *others))} to check {listed(codes)}", because=others)


@rule(
    "VM699",
    "no-architecture-fits",
    Severity.ERROR,
    article=("G-3", "CH-1"),
    stage="advice",
)
def no_architecture_fits(workload: Workload, advice: Advice) -> Iterator[Finding]:
    """Every way of running the workload is ruled out.

    No combination of architecture, mode and platform in the catalogue does what the workload demands on the host it
    names. For each mode the list gives the reason of the candidate that came closest. What all reasons have in common
    is what has to change: mostly a host that is known too well to leave a choice, or demands that exclude each other,
    which VM619 then names.

    Silent for a deployment without errors, while a candidate would fit if an unknown fact turned out well, and where an
    error has nothing to do with the deployment, such as a public guest without updates.
    """
    if not _nothing_fits(workload, advice):
        return
    reasons = list(_closest(advice.verdict.eliminated))
    if not reasons:
        return
    rested = {path for candidate in reasons for path in candidate.errors[0][2]}
    yield finding(
        "deployment" if workload.deployed else "requirements",
        f"nothing in the catalogue runs this workload: {len(reasons)} ways were tried, and a rule objects to each",
        because=sorted(path for path in rested if path.startswith("requirements.")),
        help=[
            f"{candidate.architecture}, {candidate.mode} ({candidate.platform}): {candidate.errors[0][0]} "
            f"{candidate.errors[0][1]}"
            for candidate in reasons
        ],
    )


def _nothing_fits(workload: Workload, advice: Advice) -> bool:
    """Tell whether a verdict is called for and no candidate remains; unknown where each that remains has conditions."""
    if workload.deployed and not advice.current_errors:
        return False
    if not workload.deployed and advice.something_fits:
        return False
    verdict = advice.verdict
    fitting = verdict.fitting
    if not fitting and _incurable(advice):
        return False
    if fitting and all(candidate.needs for candidate in fitting):
        raise Unknown(fitting[0].needs[0].path)
    return not fitting


def _incurable(advice: Advice) -> bool:
    """Tell whether one and the same error of the present choice rules everything out: no deployment was at fault."""
    everywhere = [{(code, message) for code, message, _ in c.errors} for c in advice.verdict.eliminated]
    return any(code in advice.current_errors for code, _ in set.intersection(*everywhere)) if everywhere else False


def _closest(eliminated: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield for each architecture and mode the candidate with the fewest errors."""

    def way(candidate: Candidate) -> tuple[str, str]:
        return candidate.architecture, candidate.mode

    for _, candidates in groupby(sorted(eliminated, key=way), key=way):
        yield min(candidates, key=lambda candidate: (len(candidate.errors), candidate.platform))


def _demand(workload: Workload, path: str) -> str:
    """Return what a requirement demands, as text."""
    value: Any = workload
    for field in path.split("."):
        name = re.sub(r"[A-Z]", lambda upper: f"_{upper[0].lower()}", field)
        value = getattr(value, "class_" if name == "class" else name)
    if isinstance(value, bool):
        return str(value).lower()
    return listed(map(str, value)) if isinstance(value, tuple) else str(value)
