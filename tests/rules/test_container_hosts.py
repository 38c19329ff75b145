"""What the rules on the hosts of containers say, word for word: the cases stand in ``said/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells


@pytest.mark.parametrize("code", ["VM414", "VM415", "VM417"])
def test_what_it_says(as_said: Callable[[str], None], code: str) -> None:
    as_said(code)


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
        note (medium) deployment.mounts: mounts {path} from the host into the machine that Docker Desktop hides, and
            standard performance is demanded
        because deployment.platform.id, host.os.family, requirements.performance.class
        help: keep what is read often in a named volume: dependencies, build output, databases
        help: {FASTER[host]}
    """
    tells("VM414", mounted(host, path), expected)


@pytest.mark.parametrize(("host", "path"), [(host, path) for host, paths in NOT_TREES.items() for path in paths])
def test_no_source_tree(tells: Tells, host: str, path: str) -> None:
    tells("VM414", mounted(host, path), "")
