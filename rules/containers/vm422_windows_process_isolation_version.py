from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Version, Workload, both, finding, repair, rule

from ..shared.modes import offers
from ..shared.windows import has_no_windows, runs_windows_images
from ..shared.windows_images import Pair, host_build, refuses_some, wants_its_own_kernel_somewhere, windows_pair


def revision(build: Version) -> int | None:
    """Return the revision of a build, its fourth number; ``None`` where it has none."""
    return build.numbers[3] if len(build.numbers) > 3 else None


@rule(
    "VM422",
    "windows-process-isolation-version",
    Severity.ERROR,
    article=("CT-C1", "CT-D3"),
    sources=("S-42", "P-31", "R3-01", "R3-07"),
    symptoms=(
        "The container operating system does not match the host operating system. (0xc0370101)",
        "The operating system of the container does not match the operating system of the host. (0xc0370101)",
    ),
    architectures=("container",),
    fits_if={
        "deployment.mode": "is hyperv",
        "guest.os.id": "names an image that may share the kernel of {host.os.id}",
        "host.os.id": "names a release whose kernel {guest.os.id} may share",
        "host.os.build": "is one whose kernel {guest.os.id} may share",
    },
)
def windows_process_isolation_version(workload: Workload) -> Iterator[Finding]:
    """Under process isolation a Windows image runs on its host's kernel, and only certain releases fit together.

    ## Why

    The interface between Windows' kernel and its user space changes from release to release. Up to Server 2022 an image
    has to be of the host's own release; Server 2025 and Windows 11 also take images of Server 2022. Hyper-V isolation
    gives the container a kernel of its own image, so older images run there.

    ## What it looks like

    Any other pair ends before the first program starts, with error 0xc0370101.

    ## Severity

    Patches do not matter, except on Server 2016: there image and host have to be of the same revision as well, which is
    a warning where both are stated.

    ## When it stays silent

    Windows 10 is a host for Hyper-V isolation. An image of exactly its build starts under process isolation too, so the
    build has to be known where one could match. An image that is newer than its host runs in neither way and is left to
    VM423.
    """
    if not both(
        lambda: workload.deployment.mode == "process",
        lambda: workload.guest.os.family == "windows",
        lambda: runs_windows_images(workload),
        lambda: not has_no_windows(workload),
        lambda: wants_its_own_kernel_somewhere(workload),
        lambda: refuses_some(workload) or _revisions_differ(workload),
        lambda: bool([*_found(workload)]),
    ):
        return
    yield from _found(workload)


def _found(workload: Workload) -> Iterator[Finding]:
    """Find an image and a host that do not fit together."""
    pair = windows_pair(workload)
    if pair is None:
        return
    if not pair.runs("process"):
        if pair.runs("hyperv"):
            yield _other_kernel(workload, pair)
    elif pair.wants_same_revision:
        yield from _other_revision(workload, pair)


def _other_kernel(workload: Workload, pair: Pair) -> Finding:
    return finding(
        "deployment.mode",
        f"an image of {pair.image.name} cannot run on the kernel of {pair.host_name}, which process isolation gives it",
        because=(pair.image_field, *pair.host_fields),
        help=(f"rebuild it on a base image of {pair.host_images}",) if pair.host_images else (),
        repairs=(
            [repair("the same image in a small virtual machine with the image's own kernel", mode="hyperv")]
            if offers(workload, "hyperv")
            else ()
        ),
    )


def _revisions_differ(workload: Workload) -> bool:
    """Whether the fourth numbers of the builds of image and host are known, and not the same."""
    os = workload.guest.os
    if not os.knows("version") or not workload.host.os.knows("build"):
        return False
    revisions = {revision(Version(os.version)), revision(host_build(workload))}
    return len(revisions - {None}) > 1


def _other_revision(workload: Workload, pair: Pair) -> Iterator[Finding]:
    if not _revisions_differ(workload):
        return
    image, host = Version(workload.guest.os.version), host_build(workload)
    yield finding(
        "guest.os.version",
        f"the image has build {image} and the host {host}; {pair.image.name} wants even the revision to be the same "
        "under process isolation",
        severity=Severity.WARNING,
        because=("host.os.build", "deployment.mode"),
        help="patch image and host together, or use Hyper-V isolation",
        confidence=Confidence.MEDIUM,
    )
