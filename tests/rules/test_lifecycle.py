"""What the rules on ended support say, word for word: the cases stand in ``said/``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint


@pytest.mark.parametrize("code", ["VM701", "VM704", "VM706", "VM707"])
def test_what_it_says(as_said: Callable[[str], None], code: str) -> None:
    as_said(code)


def test_who_is_on_no_network_is_not_told_to_leave_it(vmlint: Vmlint) -> None:
    Path("w.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: hmi}\nspec:\n  guest: {os: winxp}\n"
        "  deployment: {platform: kvm, network: {exposure: none}}\n",
        "utf-8",
    )
    said = vmlint("check", "--select", "VM704", "--format", "concise", "w.yaml").stdout
    assert "note VM704" in said
    assert "network" not in said
