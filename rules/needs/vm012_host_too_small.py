from __future__ import annotations

from collections.abc import Iterable, Iterator

from vmlint.api import Finding, Need, Severity, Unknown, Workload, format_size, named_values, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.stack import Answer, unmet

HUGE_PAGES = "kernel.hugepages."


@rule(
    "VM012",
    "host-too-small",
    Severity.ERROR,
    sources=("R16-301", "R16-303", "R16-304"),
    architectures=ALL_ARCHITECTURES,
    layers=("capacity",),
    fits_if={
        "host.cpu.count": "is as many as are asked for",
        "host.memory": "is as much as is asked for",
        "host.kernel.sysctls": "sets aside the huge pages that are asked for",
    },
)
def host_too_small(workload: Workload) -> Iterator[Finding]:
    """A file asks for more CPUs, memory or graphics processors than its host has to give.

    ## Why

    Docker refuses a set of CPUs with one that there is not. Kubernetes sets aside what a pod requests, so a pod that
    requests more than a node has is never placed there. In each case the same file runs on a larger host.
    Huge pages are set aside before: a pod or a machine that asks for more than there are free is not started.

    ## What it looks like

    "Requested CPUs are not available", or a pod that stays Pending with "Insufficient cpu".

    ## When it stays silent

    A limit of memory above what the host has is no fault: engines start such a container. So is a limit of a pod, whose
    requests alone count. Of a limit of CPUs, and of CPUs of a machine, VM013 speaks.
    """
    yield from unmet(workload, _resolve, "capacity.", HUGE_PAGES)


def _resolve(workload: Workload, need: Need) -> Answer | None:
    host = workload.host
    if workload.deployed and need.feature.id.startswith(HUGE_PAGES):
        return _huge_pages(workload, need)
    if not workload.deployed or not need.feature.value.isdecimal():
        return None
    wanted = int(need.feature.value)
    if need.feature.id == "capacity.cpus":
        if wanted <= host.cpu.count:
            return None
        return Answer("absent", f"the host has {host.cpu.count}", "host.cpu.count")
    if need.feature.id == "capacity.memory":
        if wanted <= int(host.memory):
            return None
        return Answer("absent", f"the host has {format_size(int(host.memory))}", "host.memory")
    return None  # of graphics processors, only a node says how many it hands out


def _huge_pages(workload: Workload, need: Need) -> Answer | None:
    """Judge pages of the usual size by the host's parameter; of others, a node or its kernel's command line tells."""
    kernel = workload.host.kernel
    if not need.feature.id.endswith(".2Mi") or _has_another_size(kernel.get("cmdline", ())):
        return None
    there = named_values(kernel.get("sysctls", frozenset()))
    if "vm.nr_hugepages" not in there:
        raise Unknown("host.kernel.sysctls")
    count = there["vm.nr_hugepages"]
    if need.feature.is_met_by(count) or there.get("vm.nr_overcommit_hugepages", "0") != "0":
        return None
    help = f"sysctl -w vm.nr_hugepages={need.feature.value} on the host, and in /etc/sysctl.d to keep it"
    # A hook may set them aside when the machine is started.
    return Answer("absent", f"the host has {count}", "host.kernel.sysctls", help=(help,), sure=False)


def _has_another_size(words: Iterable[str]) -> bool:
    return any(word.startswith("default_hugepagesz=") and word != "default_hugepagesz=2M" for word in words)
