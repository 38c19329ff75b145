from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, certain_word, finding, rule

LISTED_BY = "ids are libosinfo's short ids, such as win2k22 or debian12; `osinfo-query os` lists them"


@rule(
    "VM706",
    "unknown-os-id",
    Severity.NOTE,
    sources=("S-07",),
)
def unknown_os_id(workload: Workload) -> Iterator[Finding]:
    """A guest's id should be the one that other tools use too: libosinfo's.

    ## Why

    The id leads to kernel, drivers, firmware needs and lifecycle. vmlint understands many other spellings (`windows11`,
    `bookworm`) and checks them as if the id stood there; virt-install, virt-manager and KubeVirt's preferences do not
    understand them. An id that nobody knows cannot be checked. Some ids of libosinfo carry a minor release (`rhel9.6`):
    a spelling without it is read as the major release.

    ## When it stays silent

    An id that begins like those of a known family and goes on with a version, such as a release that is newer than the
    catalogue, is fine.
    """
    written = workload.guest.os.id
    catalog = workload.catalog
    known = catalog.guest_id(written)
    if known == written or (known is None and catalog.guest(written) is not None):
        return
    if known and re.fullmatch(re.escape(written.lower()) + r"\.[0-9]+", known):
        major = re.sub(r"\.[0-9]+(?= |$)", "", catalog.guests[known].name)
        yield finding(
            "guest.os.id",
            f"{written} is understood as {major}; libosinfo's ids carry its minor release too ({known} and so on)",
            help="harmless here; for other tools, write the minor release that is really installed",
        )
        return
    if known:
        yield finding(
            "guest.os.id",
            f"{written} is understood as {known}, and checked as that",
            help=f"harmless here; other tools know it only as {known}",
            instead=known,
        )
        return
    near, words = catalog.nearest_guest(written), catalog.guests.words
    yield finding(
        "guest.os.id",
        f"{written} is not in the catalogue, so nothing that follows from the guest's release is checked",
        help=f"did you mean {near}, {catalog.guests[near].name}?" if near else LISTED_BY,
        instead=certain_word(written, words, words) or "",
    )
