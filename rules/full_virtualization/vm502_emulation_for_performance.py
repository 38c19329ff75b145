from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import POSSIBLY_EMULATED
from ..shared.emulation import NOT_EMULATED, hardware_instead, why_emulated


@rule(
    "VM502",
    "emulation-for-performance",
    Severity.ERROR,
    article=("FV-D1", "FV-C3"),
    sources=("S-48", "S-44"),
    architectures=POSSIBLY_EMULATED,
    demands=("requirements.performance.class", "requirements.performance.latency.p99"),
    fits_if=NOT_EMULATED | {"host.platform": "has a CPU that runs {guest.arch} code itself"},
    thresholds={"tight": "Seconds within which an emulated CPU does not answer reliably: a judgement on S-48."},
)
def emulation_for_performance(workload: Workload, *, tight: float = 0.010) -> Iterator[Finding]:
    """Emulation translates every instruction of the guest; no demand for speed survives that.

    ## Why

    A CPU-bound program runs many times slower under an emulator than on the CPU it was built for. The remedy is a build
    for the host's CPU, a host with the guest's CPU, or translation of one program instead of a whole machine
    (QEMU's user mode; Rosetta, of which macOS 27 has the last full version).

    ## What it looks like

    Programs are slow, and a boot takes minutes.

    ## Severity

    High performance, or answers within ten milliseconds, cannot be had that way: an error. Standard performance is a
    warning.

    ## When it stays silent

    An old system whose period hardware was slower still loses nothing: state `performance: {class: best-effort}`.
    """
    performance = workload.requirements.performance
    prompt = performance.latency.p99 is not None and performance.latency.p99 <= tight
    if performance.class_ not in ("high", "standard") and not prompt:
        return
    if workload.deployment.mode != "emulation":
        return
    high = performance.class_ == "high"
    demand = (
        f"{performance.class_} performance" if high or not prompt else f"an answer within {performance.latency.p99}"
    )
    yield finding(
        "deployment.mode",
        f"{demand} is demanded, and emulation translates every instruction of the guest",
        severity=None if high or prompt else Severity.WARNING,
        because=(
            (high or not prompt) and "requirements.performance.class",
            prompt and "requirements.performance.latency.p99",
            *why_emulated(workload),
        ),
        help=(
            "use a build of the guest for the host's CPU, or a host with the guest's CPU",
            "for single programs of another CPU, translation in user mode is much faster "
            "(QEMU's, or Rosetta up to macOS 27)",
        ),
        repairs=hardware_instead(workload),
    )
