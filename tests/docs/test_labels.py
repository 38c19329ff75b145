"""Every label that a rule understands is in the list of labels, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

from vmlint.formats.shared import kubernetes
from vmlint.model.labels import LABELS, PREFIX

ROOT = Path(__file__).parent.parent.parent


def test_labels() -> None:
    rules = " ".join(file.read_text("utf-8") for file in (ROOT / "rules").rglob("*.py"))
    page = (ROOT / "docs" / "waivers.md").read_text("utf-8")
    used = set(re.findall(r'"(vmlint/[a-z-]+)"', rules))
    assert used == set(re.findall(r"^\| `(vmlint/[a-z-]+)", page, re.M)) == set(LABELS)
    assert {f"{PREFIX}{label}" for label in kubernetes.LABELS} == set(LABELS)
