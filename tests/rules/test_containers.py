"""What the rules on containers say, word for word: the cases stand in ``said/``."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize("code", ["VM401", "VM405", "VM409", "VM411"])
def test_what_it_says(as_said: Callable[[str], None], code: str) -> None:
    as_said(code)
