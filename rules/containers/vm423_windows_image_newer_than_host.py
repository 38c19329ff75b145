from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, finding, rule

from ..shared.windows import has_no_windows
from ..shared.windows_images import ISOLATIONS, Pair, is_too_new_somewhere, is_too_old_for_some, windows_pair


@rule(
    "VM423",
    "windows-image-newer-than-host",
    Severity.ERROR,
    article=("CT-C1", "CT-D3"),
    sources=("S-42", "P-31", "R3-01", "R3-04"),
    symptoms=(
        "a Windows version 10.0.20348-based image is incompatible with a 10.0.19044 host",
        "no matching manifest for windows/amd64 10.0.19044 in the manifest list entries",
    ),
    architectures=("container",),
    fits_if={
        "guest.os.id": "names an image that is no newer than its host",
        "host.os.id": "names a release that is no older than {guest.os.id}",
        "host.os.build": "is no older than {guest.os.id}",
    },
)
def windows_image_newer_than_host(workload: Workload) -> Iterator[Finding]:
    """A Windows image needs a host that is at least as new as itself, whatever the isolation.

    ## Why

    Hyper-V isolation helps with older images only. For a newer one Microsoft supports neither mode. Windows 10 stops at
    images of Server 2019, and Windows 11 takes those of Server 2025 from version 24H2 on.

    ## What it looks like

    Docker refuses the pull: "a Windows version 10.0.20348-based image is incompatible with a 10.0.19044 host".

    ## Severity

    With containerd a newer image was seen to start under Hyper-V isolation, so the confidence is medium there.

    ## When it stays silent

    Images as old as their host or older are left to VM422.
    """
    if not both(
        lambda: workload.deployment.mode in ISOLATIONS,
        lambda: workload.guest.os.family == "windows",
        lambda: not has_no_windows(workload),
        lambda: is_too_new_somewhere(workload),
        lambda: is_too_old_for_some(workload),
        lambda: _is_refused(windows_pair(workload)),
    ):
        return
    pair = windows_pair(workload)
    if pair is None:
        return
    yield finding(
        pair.image_field,
        f"an image of {pair.image.name} is newer than its host, {pair.host_name}, and is supported there in no "
        "isolation mode",
        because=(*pair.host_fields, "deployment.mode"),
        help=(
            f"run it on {pair.image_hosts}, or in a virtual machine",
            pair.host_images != "" and f"rebuild it on a base image of {pair.host_images}",
        ),
        confidence=Confidence.MEDIUM if workload.deployment.mode == "hyperv" else None,
    )


def _is_refused(pair: Pair | None) -> bool:
    """Whether the host runs the image in no isolation; of an unknown image or host, nothing is known."""
    return pair is not None and not pair.runs("hyperv") and not pair.runs("process")
