"""The files that are measured: made anew for each run, always the same, about 1.2 kB each.

A set is *alike* if its files differ in the name of the workload alone, as the manifests of one service do, and
*different* if sizes, counts, versions, guests and platforms differ too. Exactly the share of the files that is asked
for has findings: the tests, and each run of the benchmark, check that with vmlint's own JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import templates

TODAY = "2026-11-22"
"""The day as of which vmlint judges: the lifecycle of a guest or platform must not change what is measured."""
TEAMS = ("payments", "catalogue", "shipping", "search", "identity", "reports", "telemetry")


class Choice(NamedTuple):
    """What a service runs on."""

    guest: str
    host: str
    architecture: str
    platform: str
    disk: str
    nic: str


HEALTHY = (
    Choice("debian13", "debian13", "type1", "proxmox-ve@9", "virtio", "virtio"),
    Choice("ubuntu24.04", "ubuntu24.04", "type1", "kvm", "virtio", "virtio"),
    Choice("rhel9.6", "debian13", "type1", "proxmox-ve@9", "scsi", "virtio"),
    Choice("debian13", "rhel9.6", "type1", "kvm", "virtio", "virtio"),
    Choice("ubuntu24.04", "debian13", "paravirtualization", "xen@4.20", "xen-pv", "xen-pv"),
)
"""Without findings."""
FLAGGED = (
    Choice("debian13", "debian13", "type2", "virtualbox@7.2", "virtio", "virtio"),
    Choice("debian10", "debian13", "type1", "proxmox-ve@9", "virtio", "virtio"),
    Choice("ubuntu24.04", "debian13", "type1", "proxmox-ve@6", "virtio", "virtio"),
    Choice("ubuntu24.04", "ubuntu24.04", "type2", "vmware-workstation@17", "pvscsi", "vmxnet3"),
    Choice("centos7", "ubuntu24.04", "type1", "kvm", "virtio", "virtio"),
)
"""With findings: a desktop program in production, a guest or a platform whose support has ended."""


class Native(NamedTuple):
    """A format of another tool, and the word in it that makes a file healthy or gives it a finding."""

    suffix: str
    template: str
    healthy: str
    flagged: str


KUBERNETES = Native(".yaml", templates.KUBERNETES, "single", "untrusted-multi")
NATIVE = (
    Native(".compose.yaml", templates.COMPOSE, "", "\n    privileged: true"),
    KUBERNETES,
    Native(".xml", templates.LIBVIRT, "debian13", "debian10"),
    Native(".vmx", templates.VMX, "rhel9-64", "rhel6-64"),
    Native(".cfg", templates.XL, "debian13", "debian10"),
)
MULTI_BYTES = 5_000_000


def is_flagged(number: int, percent: int) -> bool:
    """Tell whether the file of this number has findings, so that the first N files have N * percent // 100 of them."""
    return (number + 1) * percent // 100 > number * percent // 100


def name_of(number: int) -> str:
    """Return the name of a service, as long as all others."""
    return f"service-{number:06}"


def varied(number: int) -> dict[str, object]:
    """Return the values that differ between services, all far below those of the host.

    The moduli of CPU, memory and size have no common factor, so no two of the first 205,936 are the same.
    """
    return {
        "name": name_of(number),
        "team": TEAMS[number % len(TEAMS)],
        "instances": 2 + number % 7,
        "cpu": 1 + number % 16,
        "memory": 2048 + 256 * (number % 61),
        "size": 40 + number % 211,
        "kernel": f"6.12.{number % 90}",
        "cores": 48 + 2 * (number % 24),
        "host_memory": 256 + 32 * (number % 19),
        "nodes": 3 + number % 11,
        "small": number % 3,
    }


def values(number: int, *, alike: bool) -> dict[str, object]:
    """Return the values of one file: its own, or those of the first one under another name."""
    return varied(0) | {"name": name_of(number)} if alike else varied(number)


def manifest(number: int, percent: int = 0, *, alike: bool = False) -> str:
    """Return a manifest."""
    flagged = is_flagged(number, percent)
    choices = FLAGGED if flagged else HEALTHY
    count = number * percent // 100 if flagged else number  # of flagged ones before: so that all kinds of them come up
    choice = choices[0 if alike else count % len(choices)]
    return templates.MANIFEST.format(**values(number, alike=alike), **choice._asdict())


def native(number: int, percent: int = 0) -> tuple[str, str]:
    """Return the suffix and the text of a file of another tool. The tools take turns."""
    round_, turn = divmod(number, len(NATIVE))
    kind = NATIVE[turn]
    return kind.suffix, _native(kind, number, flagged=is_flagged(round_, percent))


def _native(kind: Native, number: int, *, flagged: bool = False) -> str:
    return kind.template.format(**varied(number), mark=kind.flagged if flagged else kind.healthy)


def workflow(number: int) -> str:
    """Return a workflow of GitHub Actions, in which its linters find nothing."""
    return templates.WORKFLOW.format(**varied(number))


def multi_document(size: int = MULTI_BYTES) -> str:
    """Return healthy manifests that are all different, as documents of one file of at least ``size`` bytes."""
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(manifest(len(parts)))
        length += len(parts[-1]) + len("---\n")
    return "---\n".join(parts)


def write_manifests(folder: Path, count: int, percent: int = 0, *, alike: bool = False) -> Path:
    """Write a set of manifests, and return its folder."""
    return _write(folder, ((".yaml", manifest(number, percent, alike=alike)) for number in range(count)))


def write_native(folder: Path, count: int, percent: int = 0) -> Path:
    """Write a set of files of other tools, and return its folder."""
    return _write(folder, (native(number, percent) for number in range(count)))


def write_kubernetes(folder: Path, count: int) -> Path:
    """Write a set of healthy Kubernetes objects, and return its folder."""
    return _write(folder, ((KUBERNETES.suffix, _native(KUBERNETES, number)) for number in range(count)))


def write_workflows(folder: Path, count: int) -> Path:
    """Write a repository with workflows, and return its folder."""
    _write(folder / ".github" / "workflows", ((".yaml", workflow(number)) for number in range(count)))
    return folder


def _write(folder: Path, files: Iterator[tuple[str, str]]) -> Path:
    folder.mkdir(parents=True)
    for number, (suffix, text) in enumerate(files):
        (folder / f"{number:06}{suffix}").write_bytes(text.encode())
    return folder
