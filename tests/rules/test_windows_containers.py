"""What the rules on Windows containers say, word for word: the cases stand in ``said/``."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize("code", ["VM421", "VM425", "VM426", "VM628"])
def test_what_it_says(as_said: Callable[[str], None], code: str) -> None:
    as_said(code)
