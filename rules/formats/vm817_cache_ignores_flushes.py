from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule

from ..shared.architectures import VIRTUAL_MACHINES


@rule(
    "VM817",
    "cache-ignores-flushes",
    Severity.NOTE,
    worst=Severity.WARNING,
    sources=("S-32", "S-23"),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.storage.cache": "has no unsafe"},
)
def cache_ignores_flushes(workload: Workload) -> Iterator[Finding]:
    """With `cache=unsafe` a disk loses what its guest believes to be written, if the host fails.

    ## Why

    A database or a file system asks the disk to write out what it holds, and goes on once that is done. This mode
    answers at once and writes nothing. It makes installations and tests faster, which can be repeated.

    ## What it looks like

    Nothing, until the host crashes or loses power: then file systems and databases of the guest are damaged, not only
    short of the last minutes.

    ## Severity

    In production it is a warning. In development and tests, and for machines that build something and are thrown away,
    it is what the mode is for: low confidence.

    ## When it stays silent

    No platform chooses this mode by itself, so whoever does not describe the disks is not asked. `writeback` flushes
    where the guest asks for it, and is not meant.
    """
    deployment = workload.deployment
    if not deployment.storage.knows("cache") and not deployment.devices.knows("drives"):
        return  # nobody describes the disks, and no platform has this mode by default
    if "unsafe" not in deployment.storage.cache:
        return
    environment = workload.get("environment")
    disposable = environment in ("dev", "test") or workload.get("kind") in ("ci-runner", "function")
    several = len(deployment.storage.cache) > 1
    yield finding(
        "deployment.storage.cache",
        f"{'a disk' if several else 'the disk'} of the machine ignores its guest's flushes (unsafe), and is damaged if "
        "the host fails",
        severity=Severity.WARNING if environment == "production" else None,
        confidence=Confidence.LOW if disposable else Confidence.HIGH,
        because=(environment is not None and "environment",),
        help="use none or writeback; unsafe is for installations and tests that can be repeated",
        entry="unsafe",
    )
