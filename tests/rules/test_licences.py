"""What the rules on licences say, word for word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Said

Ask = Callable[[str, str], "list[Said]"]
BUDGET = "requirements.budget.licence"


@pytest.mark.parametrize(
    ("platform", "message", "because", "help"),
    [
        (
            "{id: vmware-esxi, edition: standard}",
            "VMware ESXi needs a paid licence (as of 2026-11), and the budget has none",
            (BUDGET,),
            (
                "its edition vsphere-hypervisor costs nothing: reported to be back since 8.0 U3e (April 2025), for "
                "version 8 only",
                "if the licence is there anyway, list vmware-esxi under guest.licences",
            ),
        ),
        (
            "{id: parallels, edition: pro}",
            "Parallels Desktop needs a paid licence (as of 2026-11), and the budget has none",
            (BUDGET,),
            ("if the licence is there anyway, list parallels under guest.licences",),
        ),
    ],
)
def test_budget_below_platform_cost(
    said: Ask, platform: str, message: str, because: tuple[str, ...], help: tuple[str, ...]
) -> None:
    spec = f"requirements: {{budget: {{licence: none}}}}\ndeployment: {{platform: {platform}}}\n"
    assert said("VM107", spec) == [("note", "high", "deployment.platform.id", message, because, help)]


@pytest.mark.parametrize("environment", ["staging", "production"])
@pytest.mark.parametrize(
    ("platform", "message", "help"),
    [
        (
            "{id: virtualbox, edition: extension-pack}",
            "Oracle VirtualBox, extension-pack, is free only for personal use and education (as of 2026-11)",
            (
                "an add-on under a licence of its own; any other use needs Oracle's paid Enterprise licence",
                "if a licence is held, list virtualbox-extension-pack under guest.licences",
            ),
        ),
        (
            "{id: docker-desktop, edition: Personal}",
            "Docker Desktop, personal, is free only for small businesses, personal use, education and non-commercial "
            "open source (as of 2026-11)",
            (
                "a small business has fewer than 250 employees and less than 10 million USD revenue a year",
                "if a licence is held, list docker-desktop-personal under guest.licences",
            ),
        ),
    ],
)
def test_hosted_licence_check(said: Ask, environment: str, platform: str, message: str, help: tuple[str, ...]) -> None:
    spec = f"environment: {environment}\ndeployment: {{platform: {platform}}}\n"
    because = ("deployment.platform.id", "environment")
    assert said("VM208", spec) == [("note", "high", "deployment.platform.edition", message, because, help)]


@pytest.mark.parametrize("environment", ["dev", "test"])
def test_licence_of_a_developer(said: Ask, environment: str) -> None:
    spec = f"environment: {environment}\ndeployment: {{platform: {{id: virtualbox, edition: extension-pack}}}}\n"
    assert said("VM208", spec) == []
