"""Builds of Windows in images and on hosts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vmlint.api import GuestOS, Unknown, Version, Workload

from .wording import listed

ISOLATIONS = ("process", "hyperv")
"""The modes of Windows containers, as the table of images names them."""


class Pair(NamedTuple):
    """An image and the releases that its host may be: several where only a build is known that they share."""

    workload: Workload
    image: GuestOS
    hosts: Sequence[GuestOS]

    def runs(self, isolation: str) -> bool:
        """Whether the vendor lets the image run on one of the hosts; unknown where only their build would tell."""
        return any(self._runs_on(host, isolation) for host in self.hosts)

    def _runs_on(self, host: GuestOS, isolation: str) -> bool:
        table = self.workload.catalog.windows_images[host.id]
        if self.image.id in (table.process if isolation == "process" else table.hyperv):
            since = table.since.get(self.image.id)
            return since is None or host_build(self.workload) >= Version(since)
        shared = set(host.fact("builds")) & set(self.image.fact("builds"))
        if isolation == "process" and table.same_build and shared:
            return any(host_build(self.workload).startswith(Version(build)) for build in shared)
        return False

    @property
    def wants_same_revision(self) -> bool:
        """Whether the host starts an image under process isolation only if the patch level is its own."""
        return all(self.workload.catalog.windows_images[host.id].same_revision for host in self.hosts)

    @property
    def image_field(self) -> str:
        """The field that tells the image's release."""
        return "guest.os.id" if self.workload.guest.os.knows("id") else "guest.os.version"

    @property
    def host_fields(self) -> tuple[str, ...]:
        """The fields that tell the host's release."""
        os = self.workload.host.os
        return tuple(f"host.os.{name}" for name in ("id", "build") if os.knows(name))

    @property
    def host_name(self) -> str:
        """The host as a sentence writes it, with its build where that is stated."""
        names = listed((host.name for host in self.hosts), "or")
        os = self.workload.host.os
        return f"{names} (build {os.build})" if os.knows("build") else names

    @property
    def image_hosts(self) -> str:
        """The servers that run the image at all, as a sentence lists them."""
        catalog = self.workload.catalog
        able = [table.id for table in catalog.windows_images.values() if self.image.id in table.hyperv]
        releases = [release for release in map(catalog.guest, able) if release]
        return listed((release.name for release in releases if not release.data.get("desktop")), "or")

    @property
    def host_images(self) -> str:
        """The images that share the host's kernel, as a sentence lists them; empty where none does on every build."""
        tables = [self.workload.catalog.windows_images[host.id] for host in self.hosts]
        ids = sorted(set.intersection(*(set(table.process) - set(table.since) for table in tables)))
        return listed([release.name for release in map(self.workload.catalog.guest, ids) if release] or [""], "or")


def windows_pair(workload: Workload) -> Pair | None:
    """Return image and host of a Windows container; ``None`` where no table speaks of them."""
    image = image_build(workload)
    tables = workload.catalog.windows_images
    if not any(image.id in table.hyperv for table in tables.values()):
        return None  # VM628: nobody makes images of that release
    hosts = host_builds(workload)
    if any(host.id not in tables for host in hosts):
        return None  # older than containers
    return Pair(workload, image, hosts)


def wants_its_own_kernel_somewhere(workload: Workload) -> bool:
    """Whether there is a host on which the image does not start under process isolation, or not with every patch."""
    image = image_build(workload)
    return any(
        image.id in table.hyperv and (image.id not in table.process or table.same_revision)
        for table in workload.catalog.windows_images.values()
    )


def is_too_new_somewhere(workload: Workload) -> bool:
    """Whether there is a host that starts the image in neither isolation; of a release without images, it is not."""
    image, tables = image_build(workload), workload.catalog.windows_images.values()
    able = [image.id in {*table.process, *table.hyperv} and image.id not in table.since for table in tables]
    return any(image.id in table.hyperv for table in tables) and not all(able)


def refuses_some(workload: Workload) -> bool:
    """Whether there is an image that the host runs in a machine of its own only."""
    hosts, catalog = host_builds(workload), workload.catalog
    if any(host.id not in catalog.windows_images for host in hosts):
        return False  # older than containers
    images = {image for host in hosts for image in catalog.windows_images[host.id].hyperv}
    pairs = [Pair(workload, catalog.guests[image], hosts) for image in sorted(images)]
    try:
        return any(pair.runs("hyperv") and not pair.runs("process") for pair in pairs)
    except Unknown:
        return True  # the host's build would tell


def is_too_old_for_some(workload: Workload) -> bool:
    """Whether there is an image that the host starts in neither isolation, or not with every build of its own."""
    hosts = _hosts_with_images(workload)
    every = {image for table in workload.catalog.windows_images.values() for image in table.hyperv}
    return bool(hosts) and not every <= {image for id in hosts for image in _surely(workload, id)}


def _surely(workload: Workload, host: str) -> Iterator[str]:
    """Yield the images that a release of the host starts in some isolation, whatever its build may be."""
    table = workload.catalog.windows_images[host]
    for image in {*table.process, *table.hyperv}:
        since = table.since.get(image)
        if since is None or (workload.host.os.knows("build") and host_build(workload) >= Version(since)):
            yield image


def _hosts_with_images(workload: Workload) -> list[str]:
    """Return the ids that the host may have; none where it is older than containers."""
    ids = [host.id for host in host_builds(workload)]
    return ids if all(id in workload.catalog.windows_images for id in ids) else []


def image_build(workload: Workload) -> GuestOS:
    """Return the release that the image holds. Images are made of servers: a build that a client shares is theirs."""
    os = workload.guest.os
    if os.knows("id") or not os.knows("version"):
        return workload.guest_os
    servers = [
        release for release in workload.catalog.releases_of_build(os.version) if not release.data.get("desktop", False)
    ]
    if len(servers) != 1:
        raise Unknown("guest.os.id")
    return servers[0]


def host_builds(workload: Workload) -> Sequence[GuestOS]:
    """Return the releases that the host may be."""
    os, catalog = workload.host.os, workload.catalog
    if os.knows("id") or not os.knows("build"):
        found = catalog.guest(os.id)
        releases: Sequence[GuestOS] = [found] if found else []
    else:
        releases = catalog.releases_of_build(os.build.text)
    if not releases:
        raise Unknown("host.os.id")
    return releases


def host_build(workload: Workload) -> Version:
    """Return the build of the host, such as 10.0.20348."""
    build = workload.host.os.build
    assert isinstance(build, Version)  # noqa: S101 - what the field is read as
    return build
