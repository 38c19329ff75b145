"""Images: whether they are pinned, and on which platforms they run."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, OciPlatform, Severity, Workload, finding, rule

from .listing import listed
from .oci import Reference, runs_natively, well_formed
from .wording import ALL_ARCHITECTURES


@rule(
    "VM410",
    "unpinned-image",
    Severity.NOTE,
    article=("CT-D4",),
    sources=("S-44",),
    architectures=("container",),
    fits_if={"environment": "is not production"},
    confidence=Confidence.MEDIUM,
)
def unpinned_image(workload: Workload) -> Iterator[Finding]:
    """In production, latest is a different image every few weeks, on each node the one of the day it was pulled.

    A reference without a tag means latest, and latest is moved with each release. Two replicas then differ, a restart
    after a crash brings the next major version of a database, and a rollback has nothing to go back to. A version keeps
    the surprise small; a digest rules it out.

    It speaks of production only. Any other tag is taken for a version. A bare name without a tag may well be an image
    that was built on the spot, which never moves by itself: on a single engine that is a hint of low confidence, while
    an orchestrator's nodes always pull. Silent on system containers, whose images are not named like that, on file
    names, and on templates that are not filled in yet.
    """
    image = workload.deployment.image
    if not well_formed(image.ref):
        return
    reference = Reference.parse(image.ref)
    if reference.digest or reference.tag not in ("", "latest") or workload.environment != "production":
        return
    platform = workload.platform
    if platform.data.get("init") == "system":
        return
    pulled = reference.tag or reference.registry or platform.placement == "orchestrator"
    yield finding(
        "deployment.image.ref",
        f"{image.ref} is pulled by the tag latest, which moves with each release"
        if reference.tag
        else f"{image.ref} has no tag, which means latest, and that moves with each release",
        confidence=Confidence.MEDIUM if pulled else Confidence.LOW,
        because=("environment",),
        help=f"name a version, or a digest ({reference.repository}@sha256:…) that a bot renews",
    )


def _runs_on(image: OciPlatform, place: OciPlatform) -> bool:
    """Tell whether an image runs in a place. Linux images run everywhere: elsewhere a product hides a Linux machine."""
    return image.os in (place.os, "linux") and runs_natively(image, place)


@rule(
    "VM610",
    "portability-not-covered",
    Severity.WARNING,
    article=("CT-A5",),
    sources=("S-44", "S-74"),
    architectures=ALL_ARCHITECTURES,
    fits_if={"deployment.image.platforms": "covers {requirements.portability}"},
)
def portability_not_covered(workload: Workload) -> Iterator[Finding]:
    """An image that must run in several places needs a build for the CPU of each of them.

    A container carries its libraries and not its CPU. The day on which a laptop with Apple silicon or a cheaper Arm
    node joins in is the day on which it ends with "exec format error", or crawls under emulation.

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
