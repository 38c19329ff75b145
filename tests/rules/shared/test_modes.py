"""Which modes may be meant where none is stated."""

from __future__ import annotations

from importlib import import_module

from tests.rules.made_up import catalog, workload

modes = import_module("vmlint_rules.shared.modes")


def in_question(architecture: str, platform: str = "incus") -> set[str]:
    """Return the modes in question for a class of runtimes that decides nothing."""
    return set(
        modes.modes_in_question(
            workload(
                deployment__platform__id=platform,
                deployment__architecture=architecture,
                deployment__runtimeClass="hardened",
            )
        )
    )


def test_the_architecture_narrows_them_down() -> None:
    assert in_question("container") == {"lxc"}
    assert in_question("type1") == {"hw-assisted"}


def test_a_word_for_none_of_them_decides_nothing() -> None:
    assert in_question("type1", "docker") == set(catalog().platforms["docker"].modes)


def test_without_an_architecture_all_are() -> None:
    open_word = workload(deployment__platform__id="incus", deployment__runtimeClass="hardened")
    assert modes.modes_in_question(open_word) == {"lxc", "hw-assisted"}


def test_a_platform_that_nobody_named_offers_none() -> None:
    assert not modes.offers(workload(), "hw-assisted")
    assert modes.offers(workload(deployment__platform__id="incus"), "hw-assisted")
