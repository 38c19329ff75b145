"""What is read of files and reported about them does not depend on the order of sets and hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = {
    "computed.pkr.hcl": 'source "qemu" "x" {\n  accelerator = "kvm"\n  qemuargs = var.arguments\n}\n',
    "given.pkr.hcl": (
        'source "qemu" "x" {\n  accelerator = "kvm"\n  net_device = "e1000"\n'
        '  qemuargs = [["-cpu", "max"], ["-machine", "q35"], ["-device", "nvme"], ["-m", "4G"]]\n}\n'
    ),
    "compose.yaml": (
        "services:\n  a:\n    image: debian:12\n    cap_add: [SYS_ADMIN, NET_ADMIN, SYS_PTRACE]\n    pid: host\n"
        "    ipc: host\n    volumes: [/var/run/docker.sock:/s, /etc:/e, /proc:/p]\n"
    ),
    "devcontainer.json": (
        '{"image": "debian:12", "capAdd": ["SYS_ADMIN", "SYS_PTRACE"],\n'
        ' "runArgs": ["--pid=host", "--network=host", "--device=/dev/kvm", "--device=/dev/fuse"]}\n'
    ),
}


@pytest.mark.slow
def test_no_order_depends_on_hashes(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "vmlint", "check", "--profile", "strict", "--coverage"]
    command += ["--today", "2026-11-22", *sorted(map(str, tmp_path.iterdir()))]
    screens = set()
    for seed in ("1", "2", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, env=environment, check=False)
        screens.add((done.stdout, done.stderr))
    [(screen, remarks)] = screens
    assert "VM407" in screen
    assert "qemuargs gives QEMU another -cpu" in screen
    assert remarks == ""
