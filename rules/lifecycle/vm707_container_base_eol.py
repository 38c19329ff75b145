from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, is_distribution, rule

from ..shared.support import ask_for_licence, ended, guest_release, has_ended, is_paid, newest_supported
from ..shared.windows import has_no_image


@rule(
    "VM707",
    "container-base-eol",
    Severity.WARNING,
    sources=("S-08", "R5-01", "R5-05"),
    architectures=("container",),
    fits_if={"guest.os.id": "names a release that is still repaired"},
)
def container_base_eol(workload: Workload) -> Iterator[Finding]:
    """A container brings its own libraries, and those of a base image past its support are never repaired again.

    ## Why

    The host's kernel may be up to date; the image's C library, TLS library and shell are as old as its distribution.
    Rebuilding such an image changes nothing, since its package repositories are frozen. The cure is a newer base: a
    line of a Containerfile, and the tests.

    ## What it looks like

    Scanners report more holes every week that nobody will close.

    ## When it stays silent

    The base is what `guest.os` states, or what the image's name says: `debian:10-slim` is Debian 10, `postgres:15` may
    rest on anything. A tag that moves, such as `latest`, names no release, and vmlint does not look into the image.
    Paid support counts where its licence is declared under `guest.licences`. Releases of Windows without an image of
    their own are left to VM628.
    """
    if has_no_image(workload):
        return
    release = guest_release(workload)
    if not has_ended(workload, release.cycle) or is_paid(workload, release):
        return
    newest = newest_supported(workload.catalog, release.cycle.product, workload.today)
    such_as = f", such as {newest.product_name} {newest.cycle}" if newest else ""
    yield finding(
        release.path,
        f"the base image gets no more repairs: {release.name}, {ended(workload, release)}",
        because=release.stated,
        help=(
            _of_others(workload) and "take a newer tag of that image, which rests on a base that is still repaired",
            *(() if _of_others(workload) else ask_for_licence(workload, release)),
            f"rebuild it on a base that is still repaired{such_as}",
            *(ask_for_licence(workload, release) if _of_others(workload) else ()),
        ),
    )


def _of_others(workload: Workload) -> bool:
    """Whether the image is one that somebody else builds on a distribution, as its tag tells."""
    image = workload.deployment.image
    if not image.knows("ref") or image.knows("base") or is_distribution(image.ref):
        return False
    guest = workload.catalog.image_guest(image.ref)
    return guest is not None and guest.id is not None
