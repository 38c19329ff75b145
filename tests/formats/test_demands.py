"""What files themselves demand of their host: each is a need, with the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

SERVICE = "services:\n  a:\n    image: nginx:1.27.4\n    {}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  {}\n  containers: [{{name: a, image: x:1{}}}]\n"
UNIT = "[Container]\nImage=docker.io/library/caddy:2.8\n{}\n"
DOMAIN = """\
<domain type='kvm'>
  <name>a</name><memory unit='GiB'>4</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  {}
</domain>
"""
FEATURES = "requirements.features"


@pytest.mark.parametrize(
    ("written", "needs"),
    [
        ('cpuset: "0-15"', "capacity.cpus>=16"),
        ('cpuset: "0,3"', "capacity.cpus>=4"),
        ('cpuset: "0"', None),
        ('cpuset: "${CPUS}"', None),
        ("runtime: nvidia", "engine.runtime.nvidia"),
        ("runtime: io.containerd.kata.v2", None),
        ('runtime: "${RUNTIME}"', None),
        ('ports: ["80:80", "127.0.0.1:443:8443/tcp"]', "net.port.443,net.port.80"),
        ('ports: ["[::1]:53:53/udp", "1000-1005:1000-1005"]', "net.port.1000,net.port.53"),
        ('ports: [{target: 80, published: "81"}, {target: 80, published: 82}]', "net.port.81,net.port.82"),
        ('ports: ["80", "8080:80", "${PORT}:80", "0:80", {target: 80}]', None),
        ("sysctls: {vm.max_map_count: 262144}", "kernel.own-sysctl.vm.max_map_count"),
        ("sysctls: [net/ipv4/ip_forward=1]", "kernel.own-sysctl.net.ipv4.ip_forward"),
        ('sysctls: {"net.*.x": 1}', None),
    ],
)
def test_services(look: Look, written: str, needs: str | None) -> None:
    assert look("compose.yaml", SERVICE.format(written)).facts("a").get(FEATURES) == needs


def test_a_helper_sets_parameters_of_the_host(look: Look) -> None:
    """That is no demand for one of its own."""
    text = SERVICE.format("privileged: true") + "    command: sysctl -w vm.max_map_count=262144\n"
    found = look("compose.yaml", text).facts("a")
    assert (found.get("deployment.sysctls"), found.get(FEATURES)) == ("vm.max_map_count=262144", None)


@pytest.mark.parametrize(
    ("pod", "container", "needs"),
    [
        ("hostUsers: false", "", "kernel.idmapped-tmpfs"),
        ("hostUsers: true", "", None),
        ("securityContext: {appArmorProfile: {type: RuntimeDefault}}", "", "lsm.apparmor"),
        ("securityContext: {appArmorProfile: {type: Unconfined}}", "", None),
        ("securityContext: {sysctls: [{name: net.a.b, value: '4096'}]}", "", "kernel.own-sysctl.net.a.b"),
        ("restartPolicy: Always", ", resources: {requests: {cpu: 2500m}, limits: {cpu: 64}}", "capacity.cpus>=3"),
        ("dnsPolicy: Default", ", resources: {limits: {memory: 2Gi}}", "capacity.memory>=2147483648"),
        ("restartPolicy: Always", ", resources: {requests: {cpu: 1, memory: 512Mi}, limits: {memory: 1Ti}}", None),
        ("restartPolicy: Always", ", resources: {limits: {hugepages-1Gi: 2Gi}}", "kernel.hugepages.1Gi>=2"),
        ("restartPolicy: Always", ", resources: {limits: {hugepages-2Mi: 3Mi}}", "kernel.hugepages.2Mi>=2"),
    ],
)  # fmt: skip
def test_pods(look: Look, pod: str, container: str, needs: str | None) -> None:
    assert look("pod.yaml", POD.format(pod, container)).facts("a").get(FEATURES) == needs


@pytest.mark.parametrize(
    ("written", "needs"),
    [
        ("PublishPort=80:80", "net.port.80"),
        ("PublishPort=127.0.0.1:443:443/udp", "net.port.443"),
        ("PublishPort=8080:80", None),
        ("PublishPort=80", None),
        ("PodmanArgs=--publish 25:25 -p 8025:8025", "net.port.25"),
        ("Sysctl=vm.max_map_count=262144", "kernel.own-sysctl.vm.max_map_count"),
    ],
)
def test_units(look: Look, written: str, needs: str | None) -> None:
    assert look("a.container", UNIT.format(written)).facts("a").get(FEATURES) == needs


@pytest.mark.parametrize(
    ("written", "needs"),
    [
        ("<memoryBacking><hugepages/></memoryBacking>", "kernel.hugepages.2Mi>=2048"),
        ("<memoryBacking><hugepages><page size='1' unit='G'/></hugepages></memoryBacking>", "kernel.hugepages.1Gi>=4"),
        ("<memoryBacking><hugepages><page size='2048'/></hugepages></memoryBacking>", "kernel.hugepages.2Mi>=2048"),
        ("<memoryBacking><hugepages><page size='1' unit='G' nodeset='0'/></hugepages></memoryBacking>", None),
        ("<memoryBacking><hugepages><page size='16' unit='M'/></hugepages></memoryBacking>", None),
        ("<launchSecurity type='sev'/>", "cpu.sev"),
        ("<launchSecurity type='tdx'/>", "cpu.tdx"),
        ("<launchSecurity type='s390-pv'/>", None),
    ],
)
def test_domains(look: Look, written: str, needs: str | None) -> None:
    assert look("a.xml", DOMAIN.format(written)).facts("a").get(FEATURES) == needs


def test_each_has_its_place(look: Look) -> None:
    seen = look("compose.yaml", SERVICE.format('ports: ["443:443", "80:80"]'))
    port = seen.native("a").place(FEATURES, "net.port.80")
    assert (port.line, port.column) == (4, 24)
    pod = look("pod.yaml", POD.format("hostUsers: false", ", resources: {limits: {cpu: 4, memory: 2Gi}}"))
    memory = pod.native("a").place(FEATURES, "capacity.memory")
    assert (memory.line, memory.column) == (6, 75)


def test_a_hint_adds_to_them(look: Look) -> None:
    text = SERVICE.format('ports: ["80:80"]') + "    x-vmlint: {requirements: {features: [cpu.avx]}}\n"
    assert look("compose.yaml", text).facts("a")[FEATURES] == "cpu.avx,net.port.80"
