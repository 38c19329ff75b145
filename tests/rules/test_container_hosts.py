"""What the rules on hidden machines, system containers and old user lands say, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

MACHINE = "help: run the engine in a virtual machine, which is isolated and can be moved while it runs"
STAYS = "help: where it stays: nesting switched on, an unprivileged container, and host and engine updated together"
OLDER = "help: run it in a virtual machine with a kernel of its age, or move to a newer base image"
SHARES = (
    "Docker Engine inside an LXC container shares the kernel of a host it does not own, and may break with updates "
    "of either"
)
VSYSCALL = "calls the vsyscall page, which the kernel below does not answer: its programs may end with exit code 139"

SPEAKS = [
    (
        "VM414",
        (
            "host: {platform: darwin/arm64}\n"
            "requirements: {performance: {class: high}}\n"
            'deployment: {platform: docker-desktop, mode: runc, mounts: [".:/x", "./lib:/l", "./etc:/e"]}'
        ),
        """
        advice (medium) deployment.mounts: mounts . and ./lib from the host into the machine that Docker Desktop
            hides, and high performance is demanded
        because deployment.platform.id, host.os.family, requirements.performance.class
        help: keep what is read often in a named volume: dependencies, build output, databases
        help: use the fastest way of sharing that the product has (VirtioFS, synchronized file shares)
        """,
    ),
    (
        "VM415",
        "environment: production\nhost: {platform: linux/amd64, container: lxc}\ndeployment: {platform: docker}",
        f"""
        warning (medium) deployment.platform.id: {SHARES}
        because host.container, deployment.mode
        {MACHINE}
        {STAYS}
        """,
    ),
    (
        "VM415",
        "host: {platform: linux/amd64, container: lxc}\ndeployment: {platform: docker, mode: crun}",
        f"""
        warning (medium) deployment.platform.id: {SHARES}
        because host.container, deployment.mode
        {MACHINE}
        {STAYS}
        """,
    ),
    (
        "VM415",
        "environment: test\nhost: {platform: linux/amd64, container: lxc}\ndeployment: {platform: docker}",
        f"""
        advice (medium) deployment.platform.id: {SHARES}
        because host.container, deployment.mode
        {MACHINE}
        {STAYS}
        """,
    ),
    (
        "VM415",
        "environment: dev\nhost: {platform: linux/amd64, container: lxc}\ndeployment: {platform: docker}",
        f"""
        advice (medium) deployment.platform.id: {SHARES}
        because host.container, deployment.mode
        {MACHINE}
        {STAYS}
        """,
    ),
    (
        "VM417",
        (
            "guest: {os: rhel6.10}\n"
            "host: {os: debian12, platform: linux/amd64, kernel: {version: 6.1.0-28-amd64, cmdline: [ro]}}\n"
            "deployment: {platform: docker}"
        ),
        f"""
        warning (medium) guest.os.id: Red Hat Enterprise Linux 6.10 {VSYSCALL}
        because host.os.id, host.kernel.cmdline
        help: start the host's kernel with vsyscall=emulate, if its administrator agrees
        {OLDER}
        """,
    ),
    (
        "VM417",
        (
            "guest: {os: centos5.11}\n"
            "host: {platform: windows/amd64}\n"
            "deployment: {platform: wsl2, architecture: container}"
        ),
        f"""
        warning (medium) guest.os.id: CentOS 5.11 {VSYSCALL}
        because deployment.platform.id
        help: set kernelCommandLine=vsyscall=emulate below [wsl2] in .wslconfig
        {OLDER}
        """,
    ),
    (
        "VM417",
        (
            "guest: {os: centos5.11}\n"
            "host: {platform: windows/amd64, kernel: {cmdline: [vsyscall=emulate]}}\n"
            "deployment: {platform: wsl2, architecture: container}"
        ),
        f"""
        warning (medium) guest.os.id: CentOS 5.11 {VSYSCALL}
        because deployment.platform.id
        help: set kernelCommandLine=vsyscall=emulate below [wsl2] in .wslconfig
        {OLDER}
        """,
    ),
    (
        "VM417",
        (
            "guest: {os: debian7}\n"
            "host: {os: debian12, kernel: {cmdline: [quiet, vsyscall=none]}}\n"
            "deployment: {platform: docker}"
        ),
        f"""
        warning (medium) guest.os.id: Debian 7 (Wheezy) {VSYSCALL}
        because host.os.id, host.kernel.cmdline
        help: start the host's kernel with vsyscall=emulate, if its administrator agrees
        {OLDER}
        """,
    ),
]

SILENT = [
    ("VM417", "guest: {os: debian7}\nhost: {os: debian9, kernel: {cmdline: []}}\ndeployment: {platform: docker}", ""),
    (
        "VM414",
        (
            "host: {platform: darwin/arm64}\n"
            "requirements: {performance: {class: high}}\n"
            'deployment: {platform: docker-desktop, mode: runc, mounts: [".:/x:ro"]}'
        ),
        "",
    ),
    (
        "VM414",
        (
            "host: {platform: darwin/arm64}\n"
            "requirements: {performance: {class: best-effort}}\n"
            'deployment: {platform: docker-desktop, mode: runc, mounts: [".:/x"]}'
        ),
        "",
    ),
    (
        "VM414",
        (
            "host: {platform: linux/amd64}\n"
            "requirements: {performance: {class: high}}\n"
            'deployment: {platform: docker-desktop, mode: runc, mounts: [".:/x"]}'
        ),
        "",
    ),
    (
        "VM414",
        (
            "host: {platform: darwin/arm64}\n"
            "requirements: {performance: {class: high}}\n"
            'deployment: {platform: docker, mode: runc, mounts: [".:/x"]}'
        ),
        "",
    ),
    (
        "VM415",
        "host: {platform: linux/amd64, container: lxc}\ndeployment: {platform: podman}",
        "needs catalog.podman init",
    ),
    ("VM415", "host: {platform: linux/amd64, container: lxc}\ndeployment: {platform: docker-desktop, mode: runc}", ""),
    (
        "VM417",
        (
            "guest: {os: debian7}\n"
            "host: {os: debian12, kernel: {cmdline: [quiet, vsyscall=emulate]}}\n"
            "deployment: {platform: docker}"
        ),
        "",
    ),
    (
        "VM417",
        (
            "guest: {os: debian7}\n"
            "host: {os: debian12, kernel: {cmdline: [quiet, vsyscall=xonly]}}\n"
            "deployment: {platform: docker}"
        ),
        "",
    ),
    (
        "VM417",
        (
            "guest: {os: debian7}\n"
            "host: {os: debian12, kernel: {cmdline: [quiet, vsyscall=native]}}\n"
            "deployment: {platform: docker}"
        ),
        "",
    ),
    (
        "VM417",
        (
            "guest: {os: debian7}\n"
            "host: {os: debian12, kernel: {version: 6.8.12, cmdline: []}}\n"
            "deployment: {platform: docker}"
        ),
        "needs catalog.debian12 kernel.vsyscall",
    ),
    (
        "VM417",
        (
            "guest: {os: debian7}\n"
            "host: {os: {id: gobolinux17, family: linux}, kernel: {cmdline: []}}\n"
            "deployment: {platform: docker}"
        ),
        "needs catalog.gobolinux17 kernel.vsyscall",
    ),
    (
        "VM417",
        (
            "guest: {os: debian7}\n"
            "host: {os: debian12, kernel: {cmdline: []}}\n"
            "deployment: {platform: proxmox-ve, architecture: container}"
        ),
        "needs catalog.debian12 kernel.vsyscall",
    ),
    (
        "VM417",
        (
            "guest: {os: debian7, platform: linux/arm/v7}\n"
            "host: {os: debian12, kernel: {cmdline: []}}\n"
            "deployment: {platform: docker}"
        ),
        "",
    ),
    ("VM417", "guest: {os: debian8}\nhost: {os: debian12, kernel: {cmdline: []}}\ndeployment: {platform: docker}", ""),
    (
        "VM417",
        (
            "guest: {os: debian7}\n"
            "host: {os: debian12, kernel: {cmdline: []}}\n"
            "deployment: {platform: docker, mode: gvisor}"
        ),
        "",
    ),
]
"""Where it says nothing, or which fact it needs."""


@pytest.mark.parametrize(("code", "spec", "expected"), SPEAKS + SILENT)
def test_what_it_says(tells: Tells, code: str, spec: str, expected: str) -> None:
    tells(code, spec, expected)


TREES = {
    "darwin/arm64": (".", "..", "./", "./web/src", "../repo", "~/shop", "/Users/ada/shop", "/Users/ada/a.b/shop/"),
    "windows/amd64": (
        r"C:\Users\ada\shop",
        "D:/users/ada/code/shop",
        "/c/Users/ada/shop",
        "//c/Users/ada/shop",
        "/mnt/d/Users/ada/shop",
        "C:\\Users\\ada\\shop\\",
    ),
}
NAMES = (
    *("app", "apps", "backend", "code", "frontend", "html", "lib", "node_modules", "packages", "project", "projects"),
    *("repo", "repos", "source", "src", "vendor", "web", "workspace", "www"),
)
NOT_TREES = {
    "darwin/arm64": (
        *("./data", "./src.tar", "src", "/Users/ada", "~/.cache/x", "/Users/ada/shop/.git", "/Users/ada/Library/x"),
        *("/home/ada/shop", "/opt/src", "/mnt/c/Users/ada/shop", "./web.d/x"),
    ),
    "windows/amd64": (
        *(".", "./src", "~/shop", "/home/ada/shop", r"C:\Users\ada\AppData\x", r"C:\Users\ada\a.yaml"),
        *(r"C:\Users\ada", r"C:\shop", "/mnt/wsl/Users/ada/shop"),
    ),
}
FASTER = {
    "darwin/arm64": "use the fastest way of sharing that the product has (VirtioFS, synchronized file shares)",
    "windows/amd64": "on Windows, keep the project in the file system of the Linux distribution",
}


def mounted(host: str, path: str) -> str:
    return (
        f"host: {{platform: {host}}}\n"
        "requirements: {performance: {class: standard}}\n"
        f"deployment: {{platform: docker-desktop, mode: runc, mounts: ['{path}:/x']}}"
    )


@pytest.mark.parametrize(
    ("host", "path"),
    [
        *((host, path) for host, paths in TREES.items() for path in paths),
        *(("darwin/arm64", f"./{name}") for name in NAMES),
    ],
)
def test_source_tree(tells: Tells, host: str, path: str) -> None:
    expected = f"""
        advice (medium) deployment.mounts: mounts {path} from the host into the machine that Docker Desktop hides, and
            standard performance is demanded
        because deployment.platform.id, host.os.family, requirements.performance.class
        help: keep what is read often in a named volume: dependencies, build output, databases
        help: {FASTER[host]}
    """
    tells("VM414", mounted(host, path), expected)


@pytest.mark.parametrize(("host", "path"), [(host, path) for host, paths in NOT_TREES.items() for path in paths])
def test_no_source_tree(tells: Tells, host: str, path: str) -> None:
    tells("VM414", mounted(host, path), "")
