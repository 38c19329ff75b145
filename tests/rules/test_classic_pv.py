"""Classic PV where something better has come: what the rules say, and how gravely."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint
    from tests.rules.conftest import Tells

SAID = {
    "VM304-old-image": (
        "{guest: {os: debian12}, deployment: {platform: aws-ec2, mode: pv}}",
        """
        warning (high) deployment.mode: Amazon EC2 still runs PV images, but AWS recommends HVM images, and its
            Config rule ec2-paravirtual-instance-check reports PV instances
        because deployment.platform.id
        help: build the image anew for HVM and choose an instance type of the current generation
        repair: what the provider recommends: deployment.mode=hw-assisted
        """,
    ),
    "VM305-intel": (
        """
        guest: {os: debian12}
        requirements: {performance: {class: high}}
        host: {cpu: {features: [vmx]}}
        deployment: {architecture: paravirtualization, platform: xen}
        """,
        """
        note (medium) deployment.mode: high performance is demanded, and with VT-x classic PV is usually no faster
            than PVH or HVM
        because requirements.performance.class, host.cpu.features
        help: run it as PVH if its kernel knows PVH, or as HVM with paravirtual drivers
        help: for fast I/O, give the guest an SR-IOV function of the network card
        """,
    ),
    "VM305-amd": (
        """
        guest: {os: debian12}
        requirements: {performance: {class: high}}
        host: {cpu: {features: [svm]}}
        deployment: {architecture: paravirtualization, platform: xen}
        """,
        """
        note (medium) deployment.mode: high performance is demanded, and with AMD-V classic PV is usually no
            faster than PVH or HVM
        """,
    ),
    "VM307-32-bit": (
        """
        guest: {os: debian12, platform: linux/386}
        deployment: {architecture: paravirtualization, platform: xen, xen: {pvshim: false}}
        """,
        """
        warning (high) deployment.mode: a 32-bit PV guest without the PV shim has no security support from the Xen
            Project
        because guest.platform, deployment.xen.pvshim
        repair: the CPU's own boundary, for any kernel: deployment.mode=pvhvm
        repair: the same guest inside a PVH container; try it first: deployment.xen.pvshim=true
        """,
    ),
}
"""What a rule says of a workload, reasons and ways out where they are new."""


@pytest.mark.parametrize("case", SAID)
def test_what_is_said(case: str, tells: Tells) -> None:
    spec, expected = SAID[case]
    tells(case.partition("-")[0], spec, expected)


def test_advice_proposes_both_ways_to_the_advisor(vmlint: Vmlint) -> None:
    spec = "{requirements: {performance: {class: high}}, host: {cpu: {features: [vmx, ept]}}, guest: {os: debian12}"
    spec += ", deployment: {architecture: paravirtualization, platform: xen}}"
    text = f"apiVersion: vmlint/v1\nkind: Workload\nmetadata: {{name: asked}}\nspec: {spec}\n"
    Path("asked.vmlint.yaml").write_text(text, "utf-8")
    seen = vmlint("suggest", "--format", "json", "--select", "VM305", "asked.vmlint.yaml")
    fitting = json.loads(seen.stdout)["workloads"][0]["fitting"]
    assert {(found["mode"], found["repair"]) for found in fitting if found["repair"]} == {
        ("pvh", "without emulated devices, for a kernel that knows PVH"),
        ("pvhvm", "for any kernel, with the same paravirtual drivers"),
    }
