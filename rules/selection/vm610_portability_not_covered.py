from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, OciPlatform, Severity, Workload, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.oci import runs_natively
from ..shared.wording import listed


def _runs_on(image: OciPlatform, place: OciPlatform) -> bool:
    """Whether an image runs in a place. Linux images run everywhere: elsewhere a product hides a Linux machine."""
    return image.os in (place.os, "linux") and runs_natively(image, place)


@rule(
    "VM610",
    "portability-not-covered",
    Severity.WARNING,
    article=("CT-A5",),
    sources=("S-44", "S-74"),
    architectures=ALL_ARCHITECTURES,
    demands=("requirements.portability",),
    fits_if={"deployment.image.platforms": "covers {requirements.portability}"},
)
def portability_not_covered(workload: Workload) -> Iterator[Finding]:
    """An image that must run in several places needs a build for the CPU of each of them.

    ## Why

    A container carries its libraries and not its CPU. The first laptop with Apple silicon, or the first cheaper Arm
    node, shows it.

    ## What it looks like

    It ends with "exec format error", or runs slowly under emulation.

    ## When it stays silent

    386 code runs on amd64, and 32-bit Arm code is taken to run on 64-bit Arm, except under macOS. A Linux image is
    accepted for hosts with another system and the same CPU, where a product brings a Linux machine.
    """
    wanted = workload.requirements.portability
    if not wanted:
        return
    offered = workload.deployment.image.platforms
    missing = [place for place in wanted if not any(_runs_on(image, place) for image in offered)]
    if missing:
        yield finding(
            "deployment.image.platforms",
            f"must run on {listed(map(str, missing))} too, and the image is built for"
            f" {listed(sorted(map(str, offered)) or ['nothing'])}",
            because=("requirements.portability",),
            help="build a multi-platform image (docker buildx build --platform …)",
        )
