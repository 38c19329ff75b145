"""What tools print about live systems, recorded and linted through a pipe: whole screens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str) -> str:
    """What a tool printed."""
    return (RECORDED / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("virsh-dumpxml", "1 workload"),
        ("kubectl-get-vm", "1 workload"),
        ("kubectl-get-pods", "1 workload"),
        ("docker-compose-config", "2 workloads"),
        ("qm-config", "1 workload"),
    ],
)
def test_a_healthy_system(name: str, count: str, vmlint: Vmlint) -> None:
    seen = vmlint("check", "-", stdin=recorded(name))
    assert seen.stdout.splitlines()[0] == f"nothing found: {count} in 1 file"
    assert len(seen.stdout.splitlines()) == 2, "the second line counts what is undecided"
    assert (seen.status, seen.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "before", "rule", "place"),
    [
        ("virsh-dumpxml-two", "", "error[VM622]", "<stdin>:140:4 (workload reception)"),
        ("kubectl-get-vm-two", "", "error[VM618]", "<stdin>:194:13 (workload order-desk)"),
        ("kubectl-get-pods-two", "", "warning[VM408]", "<stdin>:236:37 (workload builder-7f6bd4c9d5-q8rwn)"),
        ("docker-compose-config-privileged", "", "warning[VM407]", "<stdin>:36:17 (workload web)"),
        ("qm-config-old-cpu", "# vmlint: guest.os.id=rhel9.4\n", "error[VM603]", "<stdin>:8:7 (workload reports)"),
    ],
)
def test_a_fault(
    name: str, before: str, rule: str, place: str, vmlint: Vmlint, golden: Callable[[str, str], None]
) -> None:
    seen = vmlint("check", "-", stdin=before + recorded(name))
    golden(f"pipes/{name}.txt", seen.stdout)
    assert seen.stdout.startswith(rule)
    assert seen.stdout.count("--> ") == 1
    assert f"--> {place}\n" in seen.stdout
    assert (seen.status, seen.stderr) == (1, "")


def test_a_name_for_the_input(vmlint: Vmlint, golden: Callable[[str, str], None]) -> None:
    fault = recorded("virsh-dumpxml-two")
    seen = vmlint("check", "-", "--stdin-filename", "host-3.xml", stdin=fault)
    golden("pipes/named.txt", seen.stdout)
    assert "--> host-3.xml:140:4 (workload reception)\n" in seen.stdout
    assert (seen.status, seen.stderr) == (1, "")
