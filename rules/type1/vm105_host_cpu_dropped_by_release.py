from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Unknown, VersionRange, Workload, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES

WHOLE_LIST = frozenset({"fpu", "lm"})
"""CPU flags of every 64-bit x86 machine: a list of features that has both was not shortened by hand."""


@rule(
    "VM105",
    "host-cpu-dropped-by-release",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("T1-C4", "T1-D1"),
    sources=("S-16",),
    symptoms=("VMB: 716: Unsupported CPU",),
    architectures=ALL_ARCHITECTURES,
)
def host_cpu_dropped_by_release(workload: Workload) -> Iterator[Finding]:
    """Releases of a hypervisor drop old processors, and an update then stops at the first boot.

    ## Why

    Servers are often kept for longer than a hypervisor keeps their CPU. ESXi 8.0 U2 is the example: it uses XSAVE,
    which came with Intel's Sandy Bridge and AMD's Bulldozer in 2011.

    ## What it looks like

    On an older CPU the installer halts. The boot option `allowLegacyCPU` does not help, since the instruction is
    missing and not only the vendor's support.

    ## Severity

    Where the release is not stated, or not exactly enough (`8.0` may mean its first release or U3), it is a warning:
    the machine will not get beyond the last release that runs on it.

    ## When it stays silent

    A list of features is believed to lack a flag only if it is whole, as /proc/cpuinfo prints it. CPUs that a vendor
    merely calls discontinued are not judged: no list of them was found that could be cited.
    """
    platform = workload.platform
    if not platform.has("host", "flags"):
        return
    release = workload.deployment.platform
    for flag, since in platform.fact("host", "flags").items():
        needed = _has_reached(workload, since)
        if needed is False:
            continue
        features = workload.host.cpu.features
        if flag in features:
            continue
        if not features >= WHOLE_LIST:
            raise Unknown("host.cpu.features")
        yield finding(
            "host.cpu.features",
            f"{platform.name} {release.get('version', '')} does not run on this CPU, which lacks {flag}".replace(
                "  ", " "
            )
            if needed
            else f"{platform.name} runs on this CPU only before {since}, since it lacks {flag}",
            severity=Severity.ERROR if needed else None,
            because=("deployment.platform.id", release.knows("version") and "deployment.platform.version"),
            help="use a host with a newer CPU, or a platform that asks less of it",
        )


def _has_reached(workload: Workload, since: str) -> bool | None:
    """Whether the chosen release is a certain one or a later one; ``None`` where that is open."""
    release = workload.deployment.platform
    if not since:
        return True
    return VersionRange(f">={since}").decides(release.version) if release.knows("version") else None
