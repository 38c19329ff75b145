"""The page on settings tells of every key, every variable of the environment and every option."""

from __future__ import annotations

import re
from pathlib import Path

from vmlint.cli import check, plain
from vmlint.project.given import variable
from vmlint.project.keys import KEYS
from vmlint.project.setting import SAID

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")


def test_keys() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| .* \| (adds|replaces|merges|) ?\| (yes|) ?\|$", PAGE, re.M)
    assert rows == [
        (key.name, key.way if key.name != "overrides" else "", "yes" if key.by_path else "") for key in KEYS
    ]


def test_variables_and_options() -> None:
    assert re.findall(r"`(VMLINT_\w+)`", PAGE)[: len(SAID)] == [variable(key) for key in _in_order(SAID)]
    options = plain.read(check.add_arguments, [])
    assert options is not None
    for key in SAID:
        assert hasattr(options, key.replace("-", "_"))
        assert f"`--{key}`" in PAGE


def _in_order(keys: tuple[str, ...]) -> list[str]:
    """In the order of the page."""
    return sorted(keys, key=lambda key: PAGE.index(f"`{variable(key)}`"))
