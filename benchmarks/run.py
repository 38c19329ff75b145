"""Measure vmlint against its peers, side by side in one run on one machine.

``make benchmark`` installs the peers and runs this. Figures are the best of several interleaved rounds, so that what
else the machine does at the time disturbs all alike. Peers read the same files but check other things: the figures
tell orders of magnitude, not merit.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROUNDS = int(os.environ.get("ROUNDS", "5"))
MANY = int(os.environ.get("FILES", "1000"))
BIN = Path(sys.executable).parent
HOST = """\
  host:
    os: debian13
    platform: linux/amd64
    kernel: {version: 6.12.48, modules: [kvm, wireguard, overlay], builtin: []}
    cpu: {vendor: intel, level: v3, features: [vmx, ept, iommu, aes], count: 64}
    memory: 512Gi
    virtualized: false
    container: none
"""
MANIFEST = """\
# A service of the payments team.
apiVersion: vmlint/v1
kind: Workload
metadata:
  name: {name}
  labels: {{team: payments, tier: backend}}
spec:
  kind: service
  environment: production
  instances: 3
  guest:
    os: {os}
    platform: linux/amd64
  requirements:
    performance: {{class: standard}}
    isolation: {{tenancy: single, level: vm}}
    availability: ha
    mobility: {{liveMigration: preferred}}
  resources: {{cpu: 4, memory: 8Gi, disk: 64Gi}}
{host}  deployment:
    architecture: {architecture}
    platform: {platform}
    devices: {{disk: virtio, nic: virtio}}
"""


def manifest(number: int) -> str:
    """A healthy manifest of about 1 kB; every tenth has a finding."""
    faulty = number % 10 == 9
    return MANIFEST.format(
        name=f"service-{number}",
        os="debian13",
        host=HOST,
        architecture="type2" if faulty else "type1",
        platform="virtualbox@7.2" if faulty else "proxmox-ve@9",
    )


def measure(command: Sequence[str | Path]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MiB of one command."""
    begin = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def table(title: str, commands: dict[str, Sequence[str | Path]], rounds: int) -> None:
    """Run every command in turn, several times, and print the best of each."""
    results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            results[name].append(measure(command))
    floor = min(wall for wall, _, _ in results[next(iter(commands))])
    print(f"\n{title} (best of {rounds})")
    print(f"{'':34}{'wall s':>9}{'CPU s':>9}{'MiB':>7}{'ratio':>8}")
    for name, found in results.items():
        wall, cpu, peak = (min(column) for column in zip(*found, strict=True))
        print(f"{name:34}{wall:9.3f}{cpu:9.3f}{peak:7.0f}{wall / floor:7.1f}x")


def main() -> None:
    """Write the files and run the tables."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = folder / "one.yaml"
        one.write_text(manifest(0))
        faulty = folder / "faulty.yaml"
        faulty.write_text(manifest(9))
        many = folder / "many"
        many.mkdir()
        for number in range(MANY):
            (many / f"{number}.yaml").write_text(manifest(number))
        schema = folder / "schema.json"
        printed = subprocess.run([BIN / "vmlint", "schema", "workload"], capture_output=True, check=True)
        schema.write_bytes(printed.stdout)
        json.loads(schema.read_text())
        files = [str(file) for file in sorted(many.iterdir())]
        table(
            "one file, cold",
            {
                "python -c pass": [sys.executable, "-c", "pass"],
                "vmlint --version": [BIN / "vmlint", "--version"],
                "vmlint check (clean)": [BIN / "vmlint", "check", one],
                "vmlint check (one finding)": [BIN / "vmlint", "check", faulty],
                "yamllint": [BIN / "yamllint", "-d", "relaxed", one],
                "check-jsonschema": [BIN / "check-jsonschema", "--schemafile", schema, one],
            },
            ROUNDS,
        )
        table(
            f"{MANY} files",
            {
                "vmlint check": [BIN / "vmlint", "check", many],
                "vmlint check --format json": [BIN / "vmlint", "check", "--format", "json", many],
                "yamllint": [BIN / "yamllint", "-d", "relaxed", many],
                "check-jsonschema": [BIN / "check-jsonschema", "--schemafile", schema, *files],
            },
            1,
        )


if __name__ == "__main__":
    main()
