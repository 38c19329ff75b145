"""What the rules on privilege, sockets, directories and namespaces of the host say, word for word."""

from __future__ import annotations

import json
from textwrap import indent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint
    from tests.rules.conftest import Tells

AGENT = "help: an agent that manages the node says so with the label vmlint/role: node-agent"
ENGINE = (
    "help: build images without the engine (rootless BuildKit, Buildah), or put a proxy before the socket that "
    "passes only the calls it needs"
)
PROXY = "help: switch on only the calls that its users need, and let nobody else reach its port"
BUILDS = "help: image builds can do without (rootless BuildKit)"
SINGLE = f"help: grant the single capabilities and devices that it needs instead\n        {BUILDS}"
NARROWER = (
    "help: grant narrower ones: tracing can do with PERFMON and BPF, and the host can load modules itself\n"
    f"        {BUILDS}"
)
FILES = "help: mount the files that it needs, read-only where it only reads them"
PAST = "the container's root the rights of the host's, past the isolation that a container has"
KATA = "repair: the same image in a small virtual machine per pod, with a kernel of its own: deployment.mode=kata"

SPEAKS = [
    (
        "VM407",
        "deployment: {platform: docker, privileged: true}",
        f"""
        warning (high) deployment.privileged: privileged mode gives {PAST}
        because deployment.mode
        {SINGLE}
        {AGENT}
        """,
    ),
    (
        "VM407",
        "deployment: {platform: docker, privileged: false, capabilities: [sys_module, CAP_SYS_ADMIN, NET_RAW]}",
        f"""
        warning (high) deployment.capabilities: the capabilities SYS_ADMIN and SYS_MODULE give {PAST}
        because deployment.mode
        {NARROWER}
        {AGENT}
        {KATA}
        """,
    ),
    (
        "VM407",
        "deployment: {platform: docker, capabilities: [ALL]}",
        f"""
        warning (high) deployment.capabilities: the capability ALL gives {PAST}
        because deployment.mode
        {NARROWER}
        {AGENT}
        {KATA}
        """,
    ),
    (
        "VM407",
        "deployment: {platform: docker, privileged: true, capabilities: [SYS_ADMIN]}",
        f"""
        warning (high) deployment.privileged: privileged mode gives {PAST}
        because deployment.mode
        {SINGLE}
        {AGENT}
        """,
    ),
    (
        "VM407",
        (
            "requirements: {isolation: {tenancy: untrusted-multi, untrustedCode: true, compliance: [pci-dss]}}\n"
            "deployment: {platform: docker, privileged: true}"
        ),
        f"""
        error (high) deployment.privileged: privileged mode gives {PAST}
        because deployment.mode, requirements.isolation.tenancy, requirements.isolation.untrustedCode
        {SINGLE}
        {AGENT}
        {KATA}
        """,
    ),
    (
        "VM407",
        (
            "environment: production\n"
            "requirements: {isolation: {compliance: [pci-dss]}}\n"
            "deployment: {platform: docker, privileged: true}"
        ),
        f"""
        error (high) deployment.privileged: privileged mode gives {PAST}
        because deployment.mode, environment, requirements.isolation.compliance
        {SINGLE}
        {AGENT}
        {KATA}
        """,
    ),
    (
        "VM407",
        (
            "environment: staging\n"
            "requirements: {isolation: {compliance: [pci-dss]}}\n"
            "deployment: {platform: docker, privileged: true}"
        ),
        f"""
        warning (high) deployment.privileged: privileged mode gives {PAST}
        because deployment.mode
        {SINGLE}
        {AGENT}
        """,
    ),
    (
        "VM407",
        "requirements: {isolation: {compliance: [pci-dss]}}\ndeployment: {platform: docker, privileged: true}",
        f"""
        warning (high) deployment.privileged: privileged mode gives {PAST}
        because deployment.mode
        {SINGLE}
        {AGENT}
        """,
    ),
    (
        "VM407",
        "environment: production\ndeployment: {platform: docker, privileged: true}",
        f"""
        warning (high) deployment.privileged: privileged mode gives {PAST}
        because deployment.mode
        {SINGLE}
        {AGENT}
        """,
    ),
    (
        "VM407",
        "deployment: {platform: windows-containers, mode: process, privileged: true}",
        f"""
        warning (high) deployment.privileged: privileged mode gives {PAST}
        because deployment.mode
        {SINGLE}
        {AGENT}
        """,
    ),
    (
        "VM408",
        (
            "deployment: {platform: docker, hostNamespaces: [], mounts: "
            '["/var/run/docker.sock:/var/run/docker.sock:ro"]}'
        ),
        f"""
        warning (high) deployment.mounts: /var/run/docker.sock lets the container start others with all of the
            host's rights
        because deployment.mode
        {ENGINE}
        {AGENT}
        """,
    ),
    (
        "VM408",
        (
            "requirements: {isolation: {tenancy: untrusted-multi}}\n"
            "deployment: {platform: docker, hostNamespaces: [], mounts: [/run/podman/podman.sock]}"
        ),
        f"""
        error (high) deployment.mounts: /run/podman/podman.sock lets the container start others with all of the
            host's rights
        because deployment.mode, requirements.isolation.tenancy
        {ENGINE}
        {AGENT}
        """,
    ),
    (
        "VM408",
        "deployment: {platform: docker, hostNamespaces: [], mounts: [/run/user/1000/docker.sock]}",
        f"""
        note (high) deployment.mounts: /run/user/1000/docker.sock lets the container start others with the
            rights of the user whose engine it is
        because deployment.mode
        {ENGINE}
        {AGENT}
        """,
    ),
    (
        "VM408",
        (
            "requirements: {isolation: {untrustedCode: true}}\n"
            "deployment: {platform: docker, hostNamespaces: [], mounts: [/run/user/1000/docker.sock]}"
        ),
        f"""
        error (high) deployment.mounts: /run/user/1000/docker.sock lets the container start others with the rights
            of the user whose engine it is
        because deployment.mode, requirements.isolation.untrustedCode
        {ENGINE}
        {AGENT}
        """,
    ),
    (
        "VM408",
        "deployment: {platform: docker-desktop, mode: runc, hostNamespaces: [], mounts: [/var/run/docker.sock]}",
        f"""
        warning (low) deployment.mounts: /var/run/docker.sock lets the container start others with all of the
            host's rights
        because deployment.mode
        {ENGINE}
        {AGENT}
        """,
    ),
    (
        "VM408",
        (
            "requirements: {isolation: {untrustedCode: true}}\n"
            "deployment: {platform: docker-desktop, mode: runc, hostNamespaces: [], mounts: [/var/run/docker.sock]}"
        ),
        f"""
        error (high) deployment.mounts: /var/run/docker.sock lets the container start others with all of the
            host's rights
        because deployment.mode, requirements.isolation.untrustedCode
        {ENGINE}
        {AGENT}
        """,
    ),
    (
        "VM408",
        "deployment: {platform: docker, image: {ref: 'example.org/socket-proxy:1'}, hostNamespaces: [], "
        "mounts: [/var/run/docker.sock]}",
        f"""
        warning (low) deployment.mounts: /var/run/docker.sock lets the container start others with all of the
            host's rights
        because deployment.mode
        {PROXY}
        {AGENT}
        """,
    ),
    (
        "VM408",
        "requirements: {isolation: {untrustedCode: true}}\n"
        "deployment: {platform: docker, image: {ref: 'example.org/socket-proxy:1'}, hostNamespaces: [], "
        "mounts: [/var/run/docker.sock]}",
        f"""
        error (high) deployment.mounts: /var/run/docker.sock lets the container start others with all of the
            host's rights
        because deployment.mode, requirements.isolation.untrustedCode
        {ENGINE}
        {AGENT}
        """,
    ),
    (
        "VM408",
        "deployment: {platform: docker, image: {ref: 'example.org/proxy:1'}, hostNamespaces: [], mounts: [/var/run]}",
        f"""
        warning (high) deployment.mounts: /var/run holds the sockets of engines, which let the container start others
            with all of the host's rights
        because deployment.mode
        {ENGINE}
        {AGENT}
        """,
    ),
    (
        "VM408",
        "deployment: {architecture: container, mode: runc, hostNamespaces: [], mounts: [/var/run/docker.sock]}",
        f"""
        warning (high) deployment.mounts: /var/run/docker.sock lets the container start others with all of the
            host's rights
        because deployment.mode
        {ENGINE}
        {AGENT}
        """,
    ),
    (
        "VM408",
        'deployment: {platform: docker, hostNamespaces: [], mounts: ["/etc/:/host/etc", /boot, /proc]}',
        f"""
        warning (high) deployment.mounts: /etc/ of the host is writable in the container, which can so change what
            the host runs
        because deployment.mode
        {FILES}
        {AGENT}
        warning (high) deployment.mounts: /boot of the host is writable in the container, which can so change what
            the host runs
        because deployment.mode
        {FILES}
        {AGENT}
        warning (high) deployment.mounts: /proc of the host is writable in the container, which can so change what
            the host runs
        because deployment.mode
        {FILES}
        {AGENT}
        """,
    ),
    (
        "VM408",
        (
            "requirements: {isolation: {untrustedCode: true}}\n"
            "deployment: {platform: docker, mode: kata, hostNamespaces: [], mounts: [/]}"
        ),
        f"""
        error (high) deployment.mounts: / of the host is writable in the container, which can so change what the
            host runs
        because deployment.mode, requirements.isolation.untrustedCode
        {FILES}
        {AGENT}
        """,
    ),
    (
        "VM408",
        "deployment: {platform: docker-desktop, mode: runc, hostNamespaces: [], mounts: [/etc]}",
        f"""
        warning (low) deployment.mounts: /etc of the host is writable in the container, which can so change what
            the host runs
        because deployment.mode
        {FILES}
        {AGENT}
        """,
    ),
    (
        "VM408",
        (
            "requirements: {isolation: {untrustedCode: true}}\n"
            'deployment: {platform: docker, mode: kata, mounts: ["/root:/r:ro", "/boot:/b:ro", "/proc:/p:ro"]}'
        ),
        f"""
        note (low) deployment.mounts: /root of the host is readable in the container, with the secrets in it
        because deployment.mode
        {FILES}
        {AGENT}
        """,
    ),
    (
        "VM408",
        "deployment: {platform: docker, mode: gvisor, mounts: [/usr, /sys]}",
        f"""
        warning (high) deployment.mounts: /usr of the host is writable in the container, which can so change what
            the host runs
        because deployment.mode
        {FILES}
        {AGENT}
        """,
    ),
    (
        "VM408",
        "deployment: {platform: docker, hostNamespaces: [pid], mounts: []}",
        f"""
        warning (high) deployment.hostNamespaces: in the host's PID namespace the container sees every process of
            the host, with its environment
        because deployment.mode
        help: share the namespace of the one container it looks at
        {AGENT}
        """,
    ),
    (
        "VM408",
        (
            "requirements: {isolation: {untrustedCode: true}}\n"
            "deployment: {platform: docker, hostNamespaces: [pid], mounts: []}"
        ),
        f"""
        error (high) deployment.hostNamespaces: in the host's PID namespace the container sees every process of
            the host, with its environment
        because deployment.mode, requirements.isolation.untrustedCode
        help: share the namespace of the one container it looks at
        {AGENT}
        """,
    ),
    (
        "VM408",
        "deployment: {platform: docker-desktop, mode: runc, hostNamespaces: [pid], mounts: []}",
        f"""
        warning (low) deployment.hostNamespaces: in the host's PID namespace the container sees every process of
            the host, with its environment
        because deployment.mode
        help: share the namespace of the one container it looks at
        {AGENT}
        """,
    ),
    (
        "VM408",
        (
            "requirements: {isolation: {untrustedCode: true}}\n"
            "deployment: {platform: docker, hostNamespaces: [network, ipc], mounts: []}"
        ),
        f"""
        note (low) deployment.hostNamespaces: the container shares the host's network: it can reach services
            that listen on localhost, and claims the host's ports
        because deployment.mode
        help: publish the ports that it serves
        {AGENT}
        note (low) deployment.hostNamespaces: the container shares the host's shared memory and message queues
            with every other process that uses them
        because deployment.mode
        help: more shared memory of its own does as well (shm_size, an emptyDir of medium Memory)
        {AGENT}
        """,
    ),
]

SILENT = [
    ("VM407", "deployment: {platform: docker, privileged: false, capabilities: [NET_ADMIN]}", ""),
    ("VM407", "deployment: {platform: docker, capabilities: [NET_ADMIN]}", "needs deployment.privileged"),
    ("VM408", "deployment: {platform: docker, mode: kata, mounts: []}", ""),
    ("VM408", "deployment: {platform: docker, hostNamespaces: []}", "needs deployment.mounts"),
    ("VM408", "deployment: {platform: docker, mounts: []}", "needs deployment.hostNamespaces"),
]
"""Where it says nothing, or which fact it needs."""


@pytest.mark.parametrize(("code", "spec", "expected"), SPEAKS + SILENT)
def test_what_it_says(tells: Tells, code: str, spec: str, expected: str) -> None:
    tells(code, spec, expected)


REACHING = "deployment: {platform: docker, privileged: true, hostNamespaces: [pid], mounts: [/]}"


@pytest.mark.parametrize("code", ["VM407", "VM408"])
def test_agents_of_the_node(tells: Tells, code: str) -> None:
    tells(code, REACHING, "", "{vmlint/role: node-agent}")
    with pytest.raises(AssertionError, match="warning"):
        tells(code, REACHING, "", "{vmlint/role: web}")


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/etc", "/etc/kubernetes", "/root", "/var", "/var/lib", "/var/lib/docker", "/var/lib/containerd"),
        *("/var/lib/kubelet", "/boot", "/usr", "/proc", "/sys"),
    ],
)
def test_directories(tells: Tells, path: str) -> None:
    spec = f"deployment: {{platform: docker, hostNamespaces: [], mounts: ['{path}:/host']}}"
    expected = f"""
        warning (high) deployment.mounts: {path} of the host is writable in the container, which can so change what the
            host runs
        because deployment.mode
        {FILES}
        {AGENT}
    """
    tells("VM408", spec, expected)


@pytest.mark.parametrize(
    ("where", "confidence"),
    [
        ("deployment: {platform: docker, ", "high"),
        ("environment: production\ndeployment: {platform: docker, ", "high"),
        ("environment: dev\ndeployment: {platform: docker, ", "low"),
        ("environment: dev\ndeployment: {architecture: container, ", "low"),
        ("environment: dev\ndeployment: {platform: kubernetes, ", "high"),  # others use the node too
        ("deployment: {platform: docker-desktop, ", "low"),
    ],
)
def test_the_machine_of_who_develops_is_its_own(vmlint: Vmlint, where: str, confidence: str) -> None:
    spec = f"{where}mode: runc, privileged: true, hostNamespaces: [], mounts: [/etc]}}"
    text = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: a}\nspec:\n" + indent(spec, "  ")
    seen = vmlint("check", "-", "--profile", "strict", "--select", "VM407,VM408", "--format", "json", stdin=text)
    assert [each["confidence"] for each in json.loads(seen.stdout)["findings"]] == [confidence] * 2
