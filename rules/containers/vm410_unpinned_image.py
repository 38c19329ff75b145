from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, finding, rule

from ..shared.oci import Reference


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

    ## Why

    A reference without a tag means latest, and latest is moved with each release. A version keeps the surprise small; a
    digest rules it out.

    ## What it looks like

    Two replicas differ, a restart after a crash brings the next major version of a database, and a rollback has nothing
    to go back to.

    ## Severity

    A bare name without a tag may well be an image that was built on the spot, which never moves by itself: on a single
    engine the confidence is low, while an orchestrator's nodes always pull.

    ## When it stays silent

    Only production is judged, and any other tag counts as a version. System containers are not meant, whose images are
    not named like that, nor are file names and templates that are not filled in yet.
    """
    image = workload.deployment.image
    if not both(
        lambda: _moves(image.ref),
        lambda: workload.environment == "production",
        lambda: workload.platform.data.get("init") != "system",
    ):
        return
    platform, reference = workload.platform, Reference.parse(image.ref)
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


def _moves(ref: str) -> bool:
    """Whether a reference leaves it to the registry which image it is today."""
    if not well_formed(ref):
        return False
    reference = Reference.parse(ref)
    return not reference.digest and reference.tag in ("", "latest")


_PART = r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*"

_WELL_FORMED = re.compile(
    rf"(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?/)?{_PART}(?:/{_PART})*(?::[a-zA-Z0-9_][a-zA-Z0-9_.-]*)?(?:@[a-z0-9]+:[a-f0-9]+)?"
)


def well_formed(text: str) -> bool:
    """Whether a text is an image reference: neither a path nor a template, nor an image server's alias."""
    return _WELL_FORMED.fullmatch(text) is not None
