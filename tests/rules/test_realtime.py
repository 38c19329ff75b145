"""Real time: what the rules say, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vmlint.catalog import BUILTIN, Catalog, data_folder
from vmlint.extend.plugins import load
from vmlint.reading.host import Context
from vmlint.run.check import Settings, check
from vmlint.run.runner import open_reference
from vmlint.testing import TODAY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rules.conftest import Tells

PLATFORM = """
id: toyvisor
name: Toyvisor
checked: "2026-11-22"
placement: bare-metal
architectures: {type1: hw-assisted}
modes: {hw-assisted: {}}
host: {arch: [amd64], source: [judgement]}
realtime: {hard: "no", source: [judgement]}
source: [judgement]
"""

WORKLOAD = """
apiVersion: vmlint/v1
kind: Workload
metadata: {name: toy}
spec:
  requirements: {performance: {realtime: hard}}
  deployment: {platform: toyvisor}
"""

SAID = {
    "VM607-all-missing": (
        """
        guest: {os: debian12}
        requirements: {performance: {realtime: hard}}
        host: {kernel: {realtime: false}}
        deployment: {architecture: type1, platform: kvm, tuning: {cpuPinning: false, hugepages: false,
          lockedMemory: false}}
        """,
        """
        warning (high) deployment.tuning.cpuPinning: hard real time is demanded, and what it takes is missing:
            pinned CPUs, huge pages or locked memory and a real-time kernel on the host
        because requirements.performance.realtime, deployment.tuning.hugepages, host.kernel.realtime
        help: set cores aside for the guest on the host as well (isolcpus), and keep its emulator threads off them
        """,
    ),
    "VM607-kernel-missing": (
        """
        guest: {os: debian12}
        requirements: {performance: {realtime: hard}}
        host: {kernel: {realtime: false}}
        deployment: {architecture: type1, platform: kvm}
        """,
        """
        warning (high) host.kernel.realtime: hard real time is demanded, and what it takes is missing: a real-time
            kernel on the host
        because requirements.performance.realtime
        """,
    ),
    "VM607-memory-missing-soft": (
        """
        environment: production
        guest: {os: debian12}
        requirements: {performance: {realtime: soft}}
        host: {kernel: {realtime: false}}
        deployment: {architecture: type1, platform: kvm, tuning: {cpuPinning: true, hugepages: false,
          lockedMemory: false}}
        """,
        """
        warning (high) deployment.tuning.hugepages: soft real time is demanded, and what it takes is missing: huge
            pages or locked memory
        repair: what the guest needs for itself: deployment.tuning.hugepages=true
        """,
    ),
    "VM607-hard-in-dev": (
        """
        environment: dev
        guest: {os: debian12}
        requirements: {performance: {realtime: hard}}
        deployment: {architecture: type1, platform: kvm, tuning: {cpuPinning: false}}
        """,
        """
        warning (high) deployment.tuning.cpuPinning: hard real time is demanded, and what it takes is missing:
            pinned CPUs
        repair: what the guest needs for itself: deployment.tuning.cpuPinning=true
        """,
    ),
    "VM607-soft-in-test": (
        """
        environment: test
        guest: {os: debian12}
        requirements: {performance: {realtime: soft}}
        deployment: {architecture: type1, platform: kvm, tuning: {cpuPinning: false}}
        """,
        """
        warning (high) deployment.tuning.cpuPinning: soft real time is demanded, and what it takes is missing:
            pinned CPUs
        """,
    ),
    "VM608-hosted": (
        """
        guest: {os: debian12}
        requirements: {performance: {realtime: hard}}
        deployment: {platform: vmware-workstation, architecture: type2}
        """,
        """
        error (high) deployment.platform.id: hard real time is demanded, and VMware Workstation Pro has to share the
            CPU with whatever else its host system runs
        because requirements.performance.realtime
        help: use the bare machine, KVM set up for real time, or a hypervisor that partitions the hardware
        """,
    ),
    "VM608-emulated": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {performance: {realtime: hard}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: hard real time is demanded, and an emulator that translates every instruction
            keeps no deadline
        """,
    ),
    "VM608-emulated-anywhere": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {performance: {realtime: hard}}
        deployment: {mode: emulation}
        """,
        """
        error (high) deployment.mode: hard real time is demanded, and an emulator that translates every instruction
            keeps no deadline
        """,
    ),
    "VM608-xen": (
        """
        guest: {os: debian12}
        requirements: {performance: {realtime: hard}}
        deployment: {architecture: paravirtualization, platform: xen}
        """,
        """
        warning (medium) deployment.platform.id: hard real time is demanded, and Xen Project hypervisor keeps
            deadlines only with a scheduler that is experimental or limited
        help: The default scheduler shares fairly and promises no deadline. RTDS and the null scheduler are
            experimental; ARINC 653 is supported, for guests with one virtual CPU
        help: use the bare machine, KVM set up for real time, or a hypervisor that partitions the hardware
        """,
    ),
}
"""What a rule says of a workload, reasons and ways out where they are new."""

UNSAID = {
    "VM607-nothing-known": (
        """
        guest: {os: debian12}
        requirements: {performance: {realtime: hard}}
        deployment: {architecture: type1, platform: kvm}
        """,
        "needs deployment.tuning.cpuPinning",
    ),
    "VM607-kernel-unknown": (
        """
        guest: {os: debian12}
        requirements: {performance: {realtime: hard}}
        deployment: {architecture: type1, platform: kvm, tuning: {cpuPinning: true, hugepages: true}}
        """,
        "needs host.kernel.realtime",
    ),
    "VM608-container": (
        """
        guest: {platform: linux/amd64}
        requirements: {performance: {realtime: hard}}
        deployment: {platform: docker}
        """,
        "",
    ),
}
"""Workloads on which a rule is silent, and what it would have to know where it cannot tell."""


@pytest.mark.parametrize("case", [*SAID, *UNSAID])
def test_what_is_said(case: str, tells: Tells) -> None:
    spec, expected = SAID.get(case) or UNSAID[case]
    tells(case.partition("-")[0], spec, expected)


def test_platform_that_promises_nothing(tmp_path: Path) -> None:
    (tmp_path / "platforms").mkdir()
    (tmp_path / "platforms" / "toyvisor.yaml").write_text(PLATFORM, "utf-8")
    rules = tuple(rule for rule in load().rules if rule.code == "VM608")
    catalog = Catalog((BUILTIN, data_folder(tmp_path, "plugin toy")))
    settings = Settings(rules, rules, catalog, TODAY, Context(catalog, TODAY, open_reference))
    result = check("toy.vmlint.yaml", WORKLOAD.encode(), settings)
    assert [(str(found.severity), found.path, found.message) for found in result.diagnostics] == [
        (
            "error",
            "deployment.platform.id",
            "hard real time is demanded, and Toyvisor guarantees its guests no deadline",
        )
    ]
