"""A system has the same needs and offers whatever its users call it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rules.made_up import catalog, workload
from vmlint.model.derive.needs import needs_of

INIT = ("/sbin/init",)


def _named() -> Iterator[str]:
    """Yield the guests that data name: by their needs, or by the kernels that come with them."""
    patterns = [
        each for entry in catalog().software for each in entry.data.get("guests", ())
    ] + ["rhel7*", "rhel10*", "fedora42", "debian13", "ubuntu24.*", "archlinux"]  # fmt: skip
    for id, guest in catalog().guests.items():
        if guest.aliases and any(id == each or (each[-1] == "*" and id.startswith(each[:-1])) for each in patterns):
            yield id


NAMED = tuple(_named())


@pytest.mark.parametrize("id", NAMED)
def test_needs(id: str) -> None:
    made = workload(guest__os__id=id)
    made.deployment.command = INIT
    for alias in catalog().guests[id].aliases:
        other = workload(guest__os__id=alias)
        other.deployment.command = INIT
        assert needs_of(other) == needs_of(made), alias


@pytest.mark.parametrize("id", NAMED)
def test_what_a_host_starts_with(id: str) -> None:
    made = workload(host__os__id=id)
    for alias in catalog().guests[id].aliases:
        other = workload(host__os__id=alias)
        assert other.host.cgroup.get("version") == made.host.cgroup.get("version"), alias
