"""A bound of a need is judged by the number itself, however many digits it has, and wherever the value stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples

if TYPE_CHECKING:
    from tests.conftest import Vmlint

LARGEST = 2**64
_AMOUNTS = st.one_of(
    st.integers(0, LARGEST),
    st.builds(lambda digits, more: 10**digits + more, st.integers(0, 19), st.integers(-1, 1)),
    st.builds(lambda power, more: 2**power + more, st.integers(0, 64), st.integers(-1, 1)),
)
"""Amounts of every length, and those at which a reader may lose a digit."""
_PAIRS = st.lists(st.tuples(_AMOUNTS, _AMOUNTS), min_size=1, max_size=12)


def _workload(name: str, need: str, spec: dict[str, object]) -> str:
    return json.dumps(
        {
            "apiVersion": "vmlint/v1",
            "kind": "Workload",
            "metadata": {"name": name},
            "spec": {
                "requirements": {"features": [need]},
                "deployment": {"architecture": "container", "platform": "docker", **spec.pop("deployment", {})},  # type: ignore[dict-item]
                **spec,
            },
        }
    )


def _on_host(name: str, value: str) -> dict[str, object]:
    return {"host": {"kernel": {"sysctls": [f"{name}={value}"]}}}


def _set_here(name: str, value: str) -> dict[str, object]:
    return {"deployment": {"sysctls": [f"{name}={value}"]}}


def _stated(name: str, value: str) -> dict[str, object]:
    return {"host": {"features": {"present": [f"kernel.sysctl.{name}={value}"]}}}


@pytest.mark.parametrize(
    ("name", "where"),
    [("fs.file-max", _on_host), ("kernel.shmmax", _set_here), ("fs.aio-max-nr", _stated)],
    ids=["host", "deployment", "features"],
)
def test_parameters(name: str, where: Callable[[str, str], dict[str, object]], vmlint: Vmlint) -> None:
    @given(_PAIRS)
    @examples(15)
    def alike(pairs: list[tuple[int, int]]) -> None:
        made = [
            _workload(f"w{at}", f"kernel.sysctl.{name}>={bound}", where(name, str(value)))
            for at, (bound, value) in enumerate(pairs)
        ]
        Path("all.yaml").write_text("\n---\n".join(made))
        seen = vmlint("check", "--select", "VM003", "--format", "json", "all.yaml")
        answer = json.loads(seen.stdout)
        told = {name for each in answer["findings"] for name in (each["workload"], *each.get("also", ()))}
        assert told == {f"w{at}" for at, (bound, value) in enumerate(pairs) if value < bound}
        assert not answer["undecided"]

    alike()


@pytest.mark.parametrize("value", [0, 1, 10**12 - 1, 10**12, 10**13, 2**63 - 1, 2**64 - 4097, 2**64 - 1])
def test_what_sysctl_prints(value: int, vmlint: Vmlint) -> None:
    """What a program needs by its image, on a host of which ``sysctl -a`` was kept."""
    Path("compose.yaml").write_text("services:\n  a: {image: 'sonarqube:2025.1-community'}\n")
    Path("sysctl").write_text(f"fs.file-max = {value}\nvm.max_map_count = {value}\n")
    seen = vmlint("check", "--select", "VM003", "--host", "sysctl", "compose.yaml")
    assert ("needs vm.max_map_count" in seen.stdout) == (value < 262144), seen.stdout
    assert ("needs fs.file-max" in seen.stdout) == (value < 131072), seen.stdout


@pytest.mark.parametrize(
    ("need", "value", "code", "told"),
    [
        # A sign is no other word: -1 allows all that 2 does, and more.
        ("kernel.sysctl.kernel.perf_event_paranoid<=2", "-1", "VM003", False),
        ("kernel.sysctl.kernel.perf_event_paranoid<=2", "3", "VM003", True),
        ("kernel.sysctl.kernel.perf_event_paranoid>=0", "-1", "VM003", True),
        ("kernel.sysctl.vm.overcommit_memory=1", "1", "VM003", False),
        ("kernel.sysctl.vm.overcommit_memory=1", "0", "VM003", True),
        ("kernel.sysctl.vm.overcommit_memory!=2", "2", "VM003", True),
        # Of several numbers nobody says which is meant, and a word has no order: undecided, neither met nor unmet.
        ("kernel.sysctl.net.ipv4.tcp_rmem>=6291456", "4096 131072 6291456", "VM003", None),
        ("kernel.sysctl.kernel.sem>=250", "32000 1024000000 500 32000", "VM003", None),
        ("kernel.sysctl.net.ipv4.tcp_congestion_control>=2", "cubic", "VM003", None),
        ("kernel.sysctl.net.ipv4.tcp_congestion_control=bbr", "cubic", "VM003", True),
        ("kernel.sysctl.net.ipv4.tcp_congestion_control=bbr", "bbr", "VM003", False),
    ],
)
def test_signs_lists_and_words(need: str, value: str, code: str, told: bool | None, vmlint: Vmlint) -> None:
    name = need.removeprefix("kernel.sysctl.").partition(next(each for each in "<>!=" if each in need))[0]
    Path("w.yaml").write_text(_workload("w", need, _on_host(name, value)))
    seen = vmlint("check", "--select", code, "--format", "json", "w.yaml")
    answer = json.loads(seen.stdout)
    found = True if answer["findings"] else None if answer["undecided"] else False
    assert found is told, seen.stdout


@pytest.mark.parametrize("size", [2**26, 10**15 - 1, 10**15, 2**63 - 1, 2**64 - 1])
def test_amounts_of_memory(size: int, vmlint: Vmlint) -> None:
    """A size that is too long for a reader would leave the engine's own, which is too small."""
    Path("compose.yaml").write_text(f"services:\n  a: {{image: 'postgres:17', shm_size: {size}, mem_limit: {size}}}\n")
    seen = vmlint("check", "--select", "VM008", "--context", "requirements.features=container.shm-size>=134217728",
                  "compose.yaml")  # fmt: skip
    assert ("VM008]" in seen.stdout) == (size < 2**27), seen.stdout
    facts = vmlint("facts", "compose.yaml").stdout
    assert "memory: " in facts
    assert "sharedMemory: " in facts
