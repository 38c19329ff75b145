"""The release that a build of Windows belongs to, as guests and hosts both need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.findings.unknown import Unknown

if TYPE_CHECKING:
    from vmlint.model.workload import Workload


def release_of_build(workload: Workload, path: str, build: object, family: str | None) -> str:
    """Return the release that a build belongs to; unknown where it belongs to none, or to a server and a client."""
    if build is not None and family in (None, "windows"):
        releases = workload.catalog.releases_of_build(str(build))
        if len(releases) == 1:
            return releases[0].id
    raise Unknown(path)
