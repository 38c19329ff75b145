"""What the rules on type 1 hypervisors say, word for word."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint
    from tests.rules.conftest import Said, Tells

Ask = Callable[[str, str], "list[Said]"]
OnToyvisor = Callable[..., list[tuple[str, str, str]]]
SWITCH_ON = "switch VT-d, AMD-Vi or the SMMU on in the host's firmware setup, and in its system where that is needed"
SHARE = "or share the GPU through the host's driver (gpu.mode: shared)"
CANNOT = "must reach the guest, and without an IOMMU {} cannot hand it over"


@pytest.mark.parametrize(
    ("demands", "deployment", "severity", "message", "because", "help"),
    [
        (
            "devices: {gpu: {mode: passthrough}}",
            "platform: kvm, architecture: type1",
            "error",
            f"a whole physical GPU {CANNOT.format('KVM with QEMU and libvirt')}",
            ("requirements.devices.gpu.mode",),
            (SWITCH_ON, SHARE),
        ),
        (
            "devices: {pci: [hsm]}",
            "platform: kvm, architecture: type1, hostDevices: ['0000:01:00.0', '10de:20f1', '01:00.7']",
            "error",
            f"the devices 0000:01:00.0 and 01:00.7 {CANNOT.format('KVM with QEMU and libvirt')}",
            ("requirements.devices.pci", "deployment.hostDevices"),
            (SWITCH_ON,),
        ),
        (
            "devices: {pci: ['10de:20f1'], gpu: {mode: passthrough}}",
            "platform: kvm, architecture: type1",
            "error",
            f"a whole physical GPU {CANNOT.format('KVM with QEMU and libvirt')}",
            ("requirements.devices.pci", "requirements.devices.gpu.mode"),
            (SWITCH_ON, SHARE),
        ),
        (
            "devices: {pci: [gpu, gpu], gpu: {mode: passthrough, count: 2}}",
            "platform: kvm, architecture: type1",
            "error",
            f"a whole physical GPU {CANNOT.format('KVM with QEMU and libvirt')}",
            ("requirements.devices.pci", "requirements.devices.gpu.mode"),
            (SWITCH_ON, SHARE),
        ),
        (
            "devices: {pci: [hsm, '10de:20f1'], gpu: {mode: passthrough}}",
            "platform: kvm, architecture: type1",
            "error",
            f"a physical PCI device and a whole physical GPU {CANNOT.format('KVM with QEMU and libvirt')}",
            ("requirements.devices.pci", "requirements.devices.gpu.mode"),
            (SWITCH_ON, SHARE),
        ),
        (
            "devices: {pci: [hsm]}",
            "platform: virtualbox, hostDevices: ['0000:01:00.0']",
            "error",
            f"the device 0000:01:00.0 {CANNOT.format('Oracle VirtualBox')}",
            ("deployment.hostDevices",),
            (SWITCH_ON,),
        ),
        (
            "devices: {gpu: {mode: passthrough}}",
            "platform: qemu, mode: emulation, hostDevices: ['0000:01:00.0']",
            "error",
            f"the device 0000:01:00.0 {CANNOT.format('QEMU')}",
            ("deployment.hostDevices",),
            (SWITCH_ON,),
        ),
        (
            "devices: {pci: [hsm]}",
            "platform: xen, mode: pv",
            "warning",
            "a physical PCI device must reach the guest, and without an IOMMU nothing keeps it from the host's memory",
            ("requirements.devices.pci",),
            (SWITCH_ON,),
        ),
    ],
)
def test_passthrough_without_iommu(
    said: Ask,
    demands: str,
    deployment: str,
    severity: str,
    message: str,
    because: tuple[str, ...],
    help: tuple[str, ...],
) -> None:
    spec = f"""\
        guest: {{os: debian12}}
        requirements: {{{demands}}}
        host: {{platform: linux/amd64, iommu: false}}
        deployment: {{{deployment}}}
    """
    (found,) = said("VM102", spec)
    assert (found.severity, found.confidence, found.path, found.message) == (severity, "high", "host.iommu", message)
    assert found.because == (*because, "deployment.platform.id", "deployment.mode")
    assert found.help == help


@pytest.mark.parametrize("device", ["10de:20f1", "0000:01:00.8", "0000:01:00.0 ", "nvidia.com/GA102GL_A10", "1:00"])
def test_what_is_no_pci_address(said: Ask, device: str) -> None:
    spec = f"""\
        guest: {{os: debian12}}
        host: {{platform: linux/amd64, iommu: false}}
        deployment: {{platform: kvm, architecture: type1, hostDevices: ['{device}']}}
    """
    assert said("VM102", spec) == []


@pytest.mark.parametrize(
    ("environment", "severity", "because"),
    [
        ("", "warning", ()),
        ("environment: production", "warning", ()),
        ("environment: staging", "warning", ()),
        ("environment: dev", "note", ("environment",)),
        ("environment: test", "note", ("environment",)),
    ],
)
def test_guest_off_the_list(said: Ask, environment: str, severity: str, because: tuple[str, ...]) -> None:
    spec = f"{environment}\nguest: {{os: windows-xp}}\ndeployment: {{platform: hyperv, generation: '1'}}\n"
    (found,) = said("VM104", spec)
    assert found == (
        severity,
        "high",
        "guest.os.id",
        "Windows XP is not among the guests that Microsoft supports on Microsoft Hyper-V (as of 2025-04-23)",
        ("deployment.platform.id", *because),
        ("run it where it is on the vendor's list, or plan to live without the vendor's help",),
    )


def test_guest_that_does_not_run(on_toyvisor: OnToyvisor) -> None:
    told = ("error", "guest.os.id", "Windows XP is known not to run on Toyvisor")
    assert on_toyvisor("VM104", "environment: dev\nguest: {os: winxp}\n") == [told]


def test_guest_of_a_vendor_without_a_name(on_toyvisor: OnToyvisor) -> None:
    message = "Windows Vista is not among the guests that the vendor supports on Toyvisor (as of 2026-01-01)"
    assert on_toyvisor("VM104", "guest: {os: winvista}\n") == [("warning", "guest.os.id", message)]


@pytest.mark.parametrize(("instances", "counted"), [(1, "one guest"), (2, "2 guests")])
def test_type1_for_single_developer(said: Ask, instances: int, counted: str) -> None:
    spec = f"""\
        environment: dev
        instances: {instances}
        requirements: {{management: {{effort: low}}}}
        deployment: {{platform: vmware-esxi@8.0}}
    """
    assert said("VM106", spec) == [
        (
            "note",
            "medium",
            "deployment.platform.id",
            f"VMware ESXi takes a whole machine for {counted} in development",
            ("environment", "instances", "requirements.management.effort"),
            ("a program on the desktop does: a hosted hypervisor, or containers where the kernel fits",),
        )
    ]


NO_EXTENSIONS = "VT-x or AMD-V, and host.cpu.features has neither vmx nor svm"
NO_SLAT = "second-level address translation (SLAT), and host.cpu.features has neither ept nor npt"
SWITCH_ON_CPU = "switch VT-x or AMD-V (SVM) on in the host's firmware setup; it is often off as delivered"
NEWER_CPU = "use a host whose CPU has EPT (Intel) or NPT (AMD): practically any made since 2010"


@pytest.mark.parametrize(
    ("host", "deployment", "subject"),
    [
        ("linux/amd64", "platform: kvm, architecture: type1", "KVM with QEMU and libvirt in mode hw-assisted"),
        ("linux/386", "platform: kvm, architecture: type1", "KVM with QEMU and libvirt in mode hw-assisted"),
        ("linux/amd64", "platform: kubernetes, mode: kata", "Kubernetes in mode kata"),
        ("windows/amd64", "platform: docker-desktop, mode: runc", "Docker Desktop in mode runc"),
        ("windows/amd64", "platform: hyperv", "Microsoft Hyper-V in mode hw-assisted"),
        # on Windows it keeps a machine, on Linux none
        ("windows/amd64", "platform: podman, mode: runc", "Podman in mode runc"),
    ],
)
def test_host_lacks_hardware_virtualization(said: Ask, host: str, deployment: str, subject: str) -> None:
    spec = f"host: {{platform: {host}, cpu: {{features: [aes, ept]}}}}\ndeployment: {{{deployment}}}\n"
    assert said("VM101", spec) == [
        (
            "error",
            "high",
            "host.cpu.features",
            f"{subject} needs a host CPU with {NO_EXTENSIONS}",
            ("deployment.platform.id", "deployment.mode"),
            (SWITCH_ON_CPU,),
        )
    ]


@pytest.mark.parametrize("flag", ["vmx", "svm"])
def test_host_lacks_slat(said: Ask, flag: str) -> None:
    spec = f"host: {{platform: windows/amd64, cpu: {{features: [{flag}]}}}}\ndeployment: {{platform: hyperv}}\n"
    (found,) = said("VM101", spec)
    assert (found.message, found.help) == (
        f"Microsoft Hyper-V in mode hw-assisted needs a host CPU with {NO_SLAT}",
        (NEWER_CPU,),
    )


@pytest.mark.parametrize(
    ("host", "deployment"),
    [
        ("platform: windows/amd64, cpu: {features: [vmx, ept]}", "platform: hyperv"),
        ("platform: windows/amd64, cpu: {features: [svm, npt]}", "platform: hyperv"),
        ("platform: linux/amd64, cpu: {features: [vmx]}", "platform: kvm, architecture: type1"),
        ("platform: linux/amd64, cpu: {features: [hypervisor]}", "platform: kvm, architecture: type1"),
        ("platform: linux/amd64, virtualized: true, cpu: {features: [aes]}", "platform: kvm, architecture: type1"),
        ("platform: linux/amd64, cpu: {features: [aes]}", "platform: aws-ec2, mode: hw-assisted"),
        ("platform: linux/amd64, cpu: {features: [aes]}", "platform: docker, mode: runc"),
        ("platform: linux/amd64, cpu: {features: [aes]}", "platform: podman, mode: runc"),
        ("platform: linux/arm64, cpu: {features: [aes]}", "platform: kvm, architecture: type1"),
    ],
)
def test_host_with_what_is_needed(tells: Tells, host: str, deployment: str) -> None:
    tells("VM101", f"host: {{{host}}}\ndeployment: {{{deployment}}}\n", "")


def test_host_of_an_unknown_kind(tells: Tells) -> None:
    spec = "host: {cpu: {features: [aes]}}\ndeployment: {platform: kvm, architecture: type1}\n"
    tells("VM101", spec, "needs host.platform")


@pytest.mark.parametrize(
    ("deployment", "repairs"),
    [
        (
            "platform: proxmox-ve, architecture: type1",
            ["instruction emulation needs no CPU extensions, many times slower"],
        ),
        (
            "platform: kubernetes, mode: kata",
            ["container in a gVisor sandbox needs no CPU extensions"],
        ),
        ("platform: xen, architecture: type1", []),
    ],
)
def test_ways_without_extensions(vmlint: Vmlint, deployment: str, repairs: list[str]) -> None:
    spec = f"""\
apiVersion: vmlint/v1
kind: Workload
metadata: {{name: asked}}
spec:
  guest: {{os: debian12, platform: linux/amd64}}
  resources: {{cpu: "1", memory: 1Gi}}
  host: {{platform: linux/amd64, virtualized: false, memory: 8Gi, cpu: {{features: [aes], count: 4}}}}
  deployment: {{{deployment}}}
"""
    Path("asked.vmlint.yaml").write_text(spec, "utf-8")
    seen = vmlint("check", "--format", "json", "--select", "VM101", "asked.vmlint.yaml")
    (found,) = json.loads(seen.stdout)["findings"]
    assert [each["repair"] for each in found["suggestions"] if each["repair"]] == repairs
