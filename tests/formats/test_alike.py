"""Workloads that state the same share what the advisor found; others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vmlint.advice import contest
from vmlint.advice.contest import Slate
from vmlint.model.as_manifest import likeness
from vmlint.model.workload import Workload

if TYPE_CHECKING:
    from tests.formats.conftest import Look

ALIKE = "services:\n" + "".join(f'  s{number}: {{image: "debian:8"}}\n' for number in range(5))


def test_candidates_are_made_up_once(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counted(work: Workload, *rest: Any) -> Slate:
        calls.append(work.name)
        return slate(work, *rest)

    slate = contest.slate
    monkeypatch.setattr(contest, "slate", counted)
    seen = look("compose.yaml", ALIKE + '  other: {image: "debian:8", privileged: true}\n')
    assert [code for code, _, _ in seen.found()] == ["VM707"] * 6 + ["VM407"]
    assert calls == ["s0", "other"]


def test_what_makes_workloads_alike(look: Look) -> None:
    services = "services:\n  a: {image: nginx, mem_limit: 4g}\n  b: {image: nginx, mem_limit: 4g}\n"
    services += "  c: {image: nginx, mem_limit: 8g}\n"
    a, b, c = (likeness(native.workload) for native in look("compose.yaml", services).natives)
    assert a == b
    assert b != c
