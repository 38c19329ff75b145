"""What the rules on builds of Windows images and hosts say, word for word: the cases stand in ``said/``."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize("code", ["VM422", "VM423"])
def test_what_it_says(as_said: Callable[[str], None], code: str) -> None:
    as_said(code)
