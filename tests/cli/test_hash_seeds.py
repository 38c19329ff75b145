"""The same input gives the same bytes, in whatever order a process happens to keep its sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEEDS = ("0", "1", "2")


def screen(seed: str, *arguments: str) -> tuple[int, bytes, bytes]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "100"}
    command = [sys.executable, "-m", "vmlint", *arguments, "--today", "2026-11-22"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--format", "json", "--profile", "strict", "examples"),
        ("check", "--on", "docker", "examples/native"),
        ("suggest", "--format", "json", "examples/type2/order-desk.yaml"),
        ("suggest", "--format", "json", "examples/healthy/kubernetes.yaml"),
        ("suggest", "--all", "examples/paravirtualization/legacy-hmi.yaml"),
    ],
    ids=" ".join,
)
def test_the_seed_of_hashes_changes_nothing(arguments: tuple[str, ...]) -> None:
    first, *others = (screen(seed, *arguments) for seed in SEEDS)
    assert first[1]
    assert all(other == first for other in others)
