"""Hostile bytes: a finding or a clean error, never a traceback, a hang or a full memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from vmlint.cli import run

HEAD = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: hostile}\nspec:\n"
LIMIT = 500 * 1024  # KiB

HOSTILE = {
    "bomb": HEAD
    + "  x-a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"  x-{n}: &{n} [{', '.join([f'*{p}'] * 9)}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)),
    "brackets": HEAD + "  environment: " + "[" * 100_000,
    "braces": HEAD + "  environment: " + "{a: " * 100_000,
    "dashes": HEAD + "  x-a:\n    " + "- " * 100_000,
    "recursive alias": HEAD + "  x-a: &a [*a]\n",
    "python tag": HEAD + "  x-a: !!python/object/apply:os.system ['touch pwned']\n",
    "fifty megabytes": HEAD + "  environment: " + "a" * 50_000_000,
    "many keys": HEAD + "".join(f"  key{n}: {n}\n" for n in range(200_000)),
    "deep keys": HEAD + "".join("  " * (n + 1) + f"k{n}:\n" for n in range(2_000)),
    "long line": HEAD + "  environment: " + "x" * 1_000_000,
    "null bytes": HEAD + "\0" * 1000,
    "many documents": (HEAD + "  environment: prod\n---\n") * 1_000,
    "escapes": HEAD + '  environment: "\\e[31mred\\n\\u202e[bold]"\n',
}


MEASURED = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status)
"""
"""Runs a command and notes its peak of memory. Started by a small process, since Linux counts what a process was
started by among what it took itself, and the tests' own may be large by now."""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_manifest(name: str, tmp_path: Path) -> None:
    (tmp_path / "hostile.vmlint.yaml").write_text(HOSTILE[name])
    check = [sys.executable, "-X", "utf8", "-m", "vmlint", "check", "hostile.vmlint.yaml", "--today", "2026-11-22"]
    command = [sys.executable, "-I", "-c", MEASURED, "peak", *check]
    process = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    output = process.stdout.decode()
    assert process.returncode in (0, 1) if name == "many documents" else process.returncode == 1, output[-2000:]
    assert "Traceback" not in output
    assert "\x1b" not in output
    assert "\u202e" not in output
    assert 10 * 1024 < int((tmp_path / "peak").read_text()) < LIMIT
    assert not (tmp_path / "pwned").exists()


@examples(120)
@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: (HEAD + "  " + text).encode("utf-8", "replace"))
)
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / f"any-{os.getpid()}.vmlint.yaml"
    file.write_bytes(data)
    assert run(["check", "--format", "json", str(file)]) in (0, 1, 3)


def test_a_reference_out_of_the_project_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "secret.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: s}\nspec: {memory: 1Gi}\n"
    )
    (project / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    for reference in ("../secret.yaml", str(tmp_path / "secret.yaml"), "link.yaml", "/dev/zero", "missing.yaml", "."):
        file = project / "w.vmlint.yaml"
        file.write_text(HEAD + f"  deployment: {{platform: docker}}\n  hostRef: {reference}\n")
        assert run(["check", "--format", "concise", str(file)]) == 1
        assert "VM914" in capsys.readouterr().out


def test_a_folder_is_walked_without_following_links(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "w.vmlint.yaml").write_text(HEAD + "  environment: prodd\n")
    (inside / "linked").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "file.vmlint.yaml").symlink_to(outside / "w.vmlint.yaml")
    assert run(["check", str(inside)]) == 3
    assert capsys.readouterr().out == ""
