"""devcontainer.json: JSON with comments, and arguments for an engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

WORKSHOP = """\
// A container to work in. See https://containers.dev
{
\t"name": "Workshop", /* as the editor shows it */
\t"image": "mcr.microsoft.com/devcontainers/base:bookworm",
\t"capAdd": ["SYS_PTRACE"],
\t"mounts": [
\t\t"source=/opt/tools,target=/opt/tools,type=bind,readonly",
\t\t"source=${localEnv:HOME}/.cache,target=/cache,type=bind",
\t\t{"source": "history", "target": "/history", "type": "volume"},
\t],
\t"runArgs": ["--platform=linux/amd64", "--memory", "4g", "--cpus=2", "--device=/dev/ttyUSB0", "--init"],
\t"hostRequirements": {"gpu": true},
\t"features": {"ghcr.io/devcontainers/features/node:1": {"version": "22"}},
\t"remoteUser": "vscode", // not root
}
"""


def test_all_that_is_read(look: Look) -> None:
    seen = look(".devcontainer/devcontainer.json", WORKSHOP)
    assert seen.formats == ("devcontainer",)
    assert seen.names == ["Workshop"]
    assert seen.facts() == {
        "deployment.architecture": "container",
        "deployment.capabilities": "SYS_PTRACE",
        "deployment.hostDevices": "/dev/ttyUSB0",
        "deployment.image.ref": "mcr.microsoft.com/devcontainers/base:bookworm",
        "deployment.mode": "runc",
        "deployment.mounts": "/opt/tools:/opt/tools:ro",
        "environment": "dev",
        "guest.platform": "linux/amd64",
        "requirements.devices.gpu.mode": "shared",
        "resources.cpu": "2.0",
        "resources.memory": "4Gi",
    }
    assert seen.at("deployment.image.ref") == (4, 11)
    assert seen.at("deployment.capabilities") == (5, 13)
    assert seen.at("deployment.mounts") == (7, 3)
    assert seen.at("resources.memory") == (11, 52)
    assert seen.at("environment") == (3, 10)
    assert set(seen.native().defaults) == {"deployment.architecture", "deployment.mode", "environment"}
    assert "engine" in seen.native().unknowns["deployment.platform.id"]
    assert seen.found() == []


@pytest.mark.parametrize(
    ("keys", "path", "value"),
    [
        ({}, "deployment.privileged", None),
        ({"privileged": False}, "deployment.privileged", None),
        ({"privileged": True}, "deployment.privileged", "true"),
        ({"runArgs": ["--privileged"]}, "deployment.privileged", "true"),
        ({"runArgs": ["--privileged=false"]}, "deployment.privileged", None),
        ({"runArgs": ["--cap-add=NET_ADMIN", "--cap-add", "SYS_ADMIN"]}, "deployment.capabilities",
         "NET_ADMIN,SYS_ADMIN"),
        ({"runArgs": ["--network=host", "--pid", "host", "--ipc=private"]}, "deployment.hostNamespaces",
         "network,pid"),
        ({"runArgs": ["--network", "${localEnv:NET}"]}, "deployment.hostNamespaces", None),
        ({"runArgs": ["-v", "/var/run/docker.sock:/var/run/docker.sock"]}, "deployment.mounts",
         "/var/run/docker.sock:/var/run/docker.sock"),
        ({"runArgs": ["-v", "cache:/cache", "--mount", "type=bind,src=/a,dst=/b"]}, "deployment.mounts", "/a:/b"),
        ({"mounts": ["type=volume,source=/no/path,target=/x"]}, "deployment.mounts", None),
        ({"runArgs": ["--runtime=runsc"]}, "deployment.mode", "gvisor"),
        ({"runArgs": ["--runtime", "nvidia"]}, "deployment.mode", "runc"),
        ({"runArgs": ["--runtime=own"]}, "deployment.mode", None),
        ({"runArgs": ["--shm-size", "2g"]}, "deployment.sharedMemory", "2Gi"),
        ({"runArgs": ["--ulimit=memlock=-1", "--ulimit", "nofile=1024:4096"]}, "deployment.ulimits",
         "memlock=-1,nofile=1024"),
        ({"runArgs": ["--sysctl", "net.ipv4.ip_forward=1"]}, "deployment.sysctls", "net.ipv4.ip_forward=1"),
        ({"runArgs": ["--security-opt", "seccomp=chrome.json"]}, "deployment.seccompProfile", "chrome.json"),
        ({"securityOpt": ["seccomp=unconfined"]}, "deployment.seccompProfile", None),
        ({"capAdd": ["CAP_SYS_PTRACE"]}, "deployment.capabilities", "SYS_PTRACE"),
        ({"runArgs": ["--gpus", "all"]}, "requirements.devices.gpu.mode", "shared"),
        ({"hostRequirements": {"gpu": "optional"}}, "requirements.devices.gpu.mode", None),
        ({"runArgs": ["--memory"]}, "resources.memory", None),
        ({"runArgs": ["-m", "${localEnv:MEM}"]}, "resources.memory", None),
        ({"image": "x:${templateOption:imageVariant}"}, "deployment.image.ref", None),
        ({"image": None, "build": {"dockerfile": "Dockerfile"}}, "deployment.image.ref", None),
        ({"image": None, "dockerComposeFile": "compose.yaml", "service": "app"}, "deployment.mode", None),
    ],
)  # fmt: skip
def test_one_fact(look: Look, keys: dict[str, Any], path: str, value: str | None) -> None:
    content = {key: each for key, each in ({"image": "debian:13"} | keys).items() if each is not None}
    seen = look("devcontainer.json", json.dumps(content, indent=1))
    assert seen.facts().get(path) == value
    assert seen.problems == []


FEATURES = "ghcr.io/devcontainers/features"
SOCKET = "/var/run/docker.sock:/var/run/docker-host.sock"


@pytest.mark.parametrize(
    ("keys", "path", "value"),
    [
        ({"features": {f"{FEATURES}/docker-in-docker:2": {}}}, "deployment.privileged", "true"),
        ({"features": {f"{FEATURES}/docker-in-docker": {"moby": True}}}, "deployment.privileged", "true"),
        ({"features": {"ghcr.io/acme/features/docker-in-docker:2": {}}}, "deployment.privileged", None),
        ({"features": {f"{FEATURES}/docker-in-docker-extras:2": {}}}, "deployment.privileged", None),
        ({"features": {f"{FEATURES}/docker-outside-of-docker:1": {}}}, "deployment.mounts", SOCKET),
        (
            {
                "features": {f"{FEATURES}/docker-outside-of-docker:1": {}},
                "mounts": ["type=bind,source=/run/user/1000/docker.sock,target=/var/run/docker-host.sock"],
            },
            "deployment.mounts",
            "/run/user/1000/docker.sock:/var/run/docker-host.sock",
        ),
        ({"features": []}, "deployment.mounts", None),
    ],
)
def test_what_features_ask_for(look: Look, keys: dict[str, Any], path: str, value: str | None) -> None:
    seen = look("devcontainer.json", json.dumps({"image": "debian:13", **keys}, indent=1))
    assert seen.facts().get(path) == value
    if value == "true":
        assert "docker-in-docker" in seen.native().defaults[path]
        assert seen.at(path) == (4, 3)


def test_unknown_names_the_place_to_look(look: Look) -> None:
    def why(text: str) -> str:
        return look("devcontainer.json", text).native().unknowns["deployment.image.ref"]

    assert why('{"build": {"dockerfile": "Dockerfile"}}') == "a Dockerfile names the image"
    assert why('{"dockerComposeFile": "compose.yaml"}') == "a Compose file names the image"
    assert "${templateOption:v}" in why('{"image": "x:${templateOption:v}"}')


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{"name": "x", "image": "y", "features": []}'),
        ("task.json", '{"image": "x", "mounts": [], "privileged": true}'),
        ("devcontainer.json", "[1, 2]"),
        ("devcontainer.json", '{"images": ["image"], "x": {"image": 1}}'),
        ("python.json", '{"image": "x", "remoteUser": "y", "runArgs": ['),
    ],
)
def test_other_files_are_not_taken_for_one(look: Look, name: str, text: str) -> None:
    assert look(name, text).formats == ()


def test_another_name_is_known_by_content(look: Look) -> None:
    assert look("python.json", WORKSHOP).formats == ("devcontainer",)
    assert look("<stdin>", WORKSHOP).formats == ("devcontainer",)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('{"image": "x", // mine\n "runArgs": [}', "VM903", 2),
        ('{\n "image": "x"', "VM903", 1),
        (b'{"image": "\xff"}', "VM902", 1),
        ('{"image": ' + "[" * 100_000, "VM904", 1),
    ],
)
def test_a_broken_one_is_a_finding(look: Look, text: str | bytes, code: str, line: int) -> None:
    seen = look("devcontainer.json", text)
    assert seen.checked.crashes == ()
    assert [problem[:2] for problem in seen.problems] == [(code, line)]


@pytest.mark.parametrize(
    "text", ['{% if x %}\n{"image": "x"}', '{"image": "x" {{- if .y }}, "privileged": true{{ end }}}']
)
def test_a_template_is_skipped(look: Look, text: str) -> None:
    seen = look("devcontainer.json", text)
    assert seen.problems == []
    assert seen.checked.skipped.startswith("a template")


@pytest.mark.parametrize(
    "data",
    [
        b'{"image": "x", "runArgs": [["-v"], {"a": 1}, null, 3, "--mount"], "mounts": [[], 3, {"source": []}]}',
        b'{"image": {}, "capAdd": "x", "mounts": {}, "runArgs": "--privileged", "hostRequirements": []}',
        WORKSHOP.encode("utf-16"),
    ],
)
def test_hostile_input(look: Look, data: bytes) -> None:
    seen = look("devcontainer.json", data)
    assert seen.checked.crashes == ()
    assert seen.problems == []


def test_general_rules_report_the_place(look: Look) -> None:
    text = """\
{
  "image": "debian:10",  // vmlint: environment=test
  // "privileged": false,
  "privileged": true,
  "mounts": ["source=/var/run/docker.sock,target=/var/run/docker.sock,type=bind"],
}
"""
    assert look("devcontainer.json", text).found() == [("VM707", 2, 12), ("VM407", 4, 17), ("VM408", 5, 14)]
    # What it reaches on the machine of its developer is for the strict profile.
    assert look("devcontainer.json", text.replace("=test", "=dev")).found() == [("VM707", 2, 12)]


def test_a_comment_gives_a_hint(look: Look) -> None:
    text = '{\n  // vmlint: environment=test\n  "image": "debian:13"\n}\n'
    seen = look("devcontainer.json", text)
    assert seen.facts()["environment"] == "test"
    assert seen.at("environment") == (2, 14)
