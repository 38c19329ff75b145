"""What the rule on Hyper-V's generations says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Said

Ask = Callable[[str, str], "list[Said]"]

HELP = ("create a new machine of generation 1 and give it the disk: a generation cannot be changed",)


@pytest.mark.parametrize(
    ("guest", "severity", "message", "because"),
    [
        (
            "os: win7, platform: windows/amd64",
            "error",
            "Windows 7 does not start without the hardware of a BIOS machine",
            ("guest.os.id",),
        ),
        (
            "os: win10, platform: windows/386",
            "error",
            "a 32-bit Windows 10 does not start from 64-bit UEFI",
            ("guest.platform",),
        ),
        (
            "os: sles11sp4",
            "warning",
            "Microsoft supports SUSE Linux Enterprise Server 11sp4 in machines of generation 1 only",
            ("guest.os.id",),
        ),
    ],
)
def test_generation_two(said: Ask, guest: str, severity: str, message: str, because: tuple[str, ...]) -> None:
    spec = f"""\
        guest: {{{guest}}}
        deployment: {{platform: hyperv, generation: "2"}}
    """
    assert said("VM822", spec) == [
        (severity, "high", "deployment.generation", f"{message}, and this machine is of generation 2", because, HELP)
    ]
