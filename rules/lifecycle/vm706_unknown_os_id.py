from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from vmlint.api import Finding, Severity, Workload, certain_word, finding, rule

from ..shared.looks import each_alone

LISTED_BY = "ids are libosinfo's short ids, such as win2k22 or debian12; `osinfo-query os` lists them"

UNCHECKED = {
    "guest.os.id": "so nothing that follows from the guest's release is checked",
    "host.os.id": "so nothing that follows from the host's release is checked",
}


@rule(
    "VM706",
    "unknown-os-id",
    Severity.NOTE,
    worst=Severity.WARNING,
    sources=("S-07", "S-08"),
)
def unknown_os_id(workload: Workload) -> Iterator[Finding]:
    """The id of an operating system should be the one that other tools use too: libosinfo's.

    ## Why

    The id leads to kernel, drivers, firmware needs and lifecycle. vmlint understands many other spellings (`windows11`,
    `bookworm`) and checks them as if the id stood there; virt-install, virt-manager and KubeVirt's preferences do not
    understand them. An id that nobody knows cannot be checked. Some ids of libosinfo carry a minor release (`rhel9.6`):
    a spelling without it is read as the major release.

    An id that goes on behind one that is known is read as that one: a point release (`debian10.13`, `win10-22h2`) or a
    variant (`debian12-cloud`) shares what is known of its release.

    ## Severity

    A release that there cannot be (`debian99`) is a warning: it would switch checks off. One that is a bit newer than
    what is known is a note; how far ahead it may be follows from how often its product has releases.

    ## When it stays silent

    Other spellings of the host's system are understood too, and harmless there.
    """
    if not workload.host.os.states("id"):
        yield from _guest(workload)
        return
    host = partial(_unknown, workload, "host.os.id", workload.host.os.id)
    yield from each_alone((partial(_guest, workload), host))


def _guest(workload: Workload) -> Iterator[Finding]:
    written = workload.guest.os.id
    catalog = workload.catalog
    known = catalog.guest_id(written)
    if known == written:
        return
    if known and re.fullmatch(re.escape(written.lower()) + r"\.[0-9]+", known):
        listed = not catalog.guests[known].data.get("local")  # an entry of vmlint's own is in no other list
        major = re.sub(r"\.[0-9]+(?= |$)", "", catalog.guests[known].name)
        yield finding(
            "guest.os.id",
            f"{written} is understood as {major}; "
            + ("libosinfo's ids carry its" if listed else "its ids carry the")
            + f" minor release too ({known} and so on)",
            help="harmless here; for other tools, write the minor release that is really installed"
            if listed
            else "harmless here; write the minor release that is really installed where it matters",
        )
    elif known:
        yield finding(
            "guest.os.id",
            f"{written} is understood as {known}, and checked as that",
            help=f"harmless here; other tools know it only as {known}",
            instead=known,
        )
    else:
        yield from _unknown(workload, "guest.os.id", written)


def _unknown(workload: Workload, path: str, written: str) -> Iterator[Finding]:
    """Find an id that nobody knows, or a release that there is not."""
    catalog = workload.catalog
    found = catalog.guest(written)
    if found is None:
        near, words = catalog.nearest_guest(written), catalog.guests.words
        yield finding(
            path,
            f"{written} is not in the catalogue, {UNCHECKED[path]}",
            help=f"did you mean {near}, {catalog.guests[near].name}?" if near else LISTED_BY,
            instead=certain_word(written, words, words) or "",
        )
        return
    standing = None if found.known else catalog.guest_standing(written, workload.today)
    if standing is None or standing.kind == "older":
        return
    near = catalog.guests[standing.nearest].name
    if standing.kind == "newer":
        newest = catalog.guests[standing.newest].name
        yield finding(
            path,
            f"{written} is newer than what is known of its product, {UNCHECKED[path]}",
            help=f"the newest release that is known is {standing.newest}, {newest}",
        )
    elif standing.kind == "known":
        yield finding(
            path,
            f"{written} is not in the catalogue, {UNCHECKED[path]}",
            help=f"did you mean {standing.nearest}, {near}?",
        )
    else:
        newest = f"; the newest release that is known is {standing.newest}"
        yield finding(
            path,
            f"there is no {found.name}, as far as is known, {UNCHECKED[path]}",
            severity=Severity.WARNING,
            help=f"did you mean {standing.nearest}, {near}?" + (newest if standing.nearest != standing.newest else ""),
        )
