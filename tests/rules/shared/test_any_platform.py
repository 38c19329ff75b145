"""Which platforms are tried where none is stated."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.rules.made_up import catalog, workload
from vmlint.api import Unknown, Workload

any_platform = import_module("vmlint_rules.shared.any_platform")


def tried(**stated: str) -> list[str]:
    """Return the platforms that are tried for a workload, in this order."""
    found: list[str] = []

    def look(one: Workload) -> str:
        found.append(one.platform.id)
        return "the same"

    assert any_platform.in_any_platform(workload(**stated), look) == "the same"
    return found


def test_all_are_tried_the_likeliest_first() -> None:
    every = tried()
    assert sorted(every) == sorted(catalog().platforms)
    assert every[:3] == list(any_platform.FIRST)


def test_of_a_stated_architecture_its_own_are_tried() -> None:
    platforms = catalog().platforms
    assert sorted(tried(deployment__architecture="type2")) == sorted(
        id for id, platform in platforms.items() if "type2" in platform.architectures
    )


def test_a_stated_platform_is_the_only_one() -> None:
    assert tried(deployment__platform__id="qemu") == ["qemu"]


def test_the_first_difference_ends_the_search() -> None:
    found: list[str] = []

    def look(one: Workload) -> str:
        found.append(one.platform.id)
        return one.platform.id

    with pytest.raises(Unknown, match=r"deployment\.platform\.id"):
        any_platform.in_any_platform(workload(), look)
    assert found == list(any_platform.FIRST[:2])


def test_what_one_of_them_lacks_is_not_asked_for() -> None:
    def look(one: Workload) -> str:
        one.platform.id  # noqa: B018 - it is unknown
        return str(one.environment)

    with pytest.raises(Unknown, match=r"deployment\.platform\.id"):
        any_platform.in_any_platform(workload(), look)
