"""Environment variables of containers: in every format, those that needs depend on are read, and no others are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Vmlint
    from tests.formats.conftest import Look


class Case(NamedTuple):
    """A file, and the variables that it must say; ``None`` where they are left open, with a part of the reason."""

    name: str
    text: str
    variables: str | None
    why: str = ""


def service(lines: str) -> str:
    return f"services:\n  a:\n    image: elasticsearch:8.1.0\n{lines}"


def pod(container: str, volumes: str = "[]") -> str:
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:"
    return f"{head}\n  volumes: {volumes}\n  containers:\n  - {{name: a, image: 'elasticsearch:8.1.0', {container}}}\n"


def unit(lines: str) -> str:
    return f"[Container]\nImage=docker.io/library/elasticsearch:8.1.0\n{lines}\n"


SINGLE = "discovery.type=single-node"
OPEN = f"*,{SINGLE}"
MOUNTED = "volumeMounts: [{name: v, mountPath: /c}]"

CASES = [
    # Compose
    Case("compose.yaml", service("    environment: {discovery.type: single-node, TOKEN: x}"), SINGLE),
    Case("compose.yaml", service("    environment: [discovery.type=single-node, TOKEN=x]"), SINGLE),
    Case("compose.yaml", service("    environment: [discovery.type=zen, discovery.type=single-node]"), SINGLE),
    Case("compose.yaml", service("    environment: [discovery.type]"), "discovery.type"),
    Case("compose.yaml", service("    environment: {discovery.type: }"), "discovery.type"),
    Case("compose.yaml", service("    environment: {discovery.type: ''}"), "discovery.type="),
    Case("compose.yaml", service("    environment: {discovery.type: '${TYPE:-single-node}'}"), "discovery.type"),
    Case("compose.yaml", service("    environment: {KVM: false}"), "KVM=false"),
    Case("compose.yaml", service("    environment: {KVM: [a], NETWORK: {a: b}}"), "KVM,NETWORK"),
    Case("compose.yaml", service(f"    environment: {{KVM: {'x' * 300}}}"), "KVM"),
    Case("compose.yaml", service("    environment: {KVM: 'a\u00e4'}"), "KVM"),
    Case("compose.yaml", "x-e: &e {KVM: N}\n" + service("    environment: {<<: *e, TOKEN: x}"), "KVM=N"),
    Case("compose.yaml", service("    environment: text"), ""),
    Case("compose.yaml", service("    restart: always"), ""),
    Case("compose.yaml", service("    env_file: .env"), None, "`env_file`"),
    Case("compose.yaml", service("    env_file: .env\n    environment: [discovery.type=single-node]"), OPEN),
    Case("compose.yaml", service("    extends: {service: b}\n    environment: [discovery.type=single-node]"), OPEN),
    Case("compose.yaml", service("    configs: [{source: c, target: /c.yml}]"), None, "`configs`"),
    Case("compose.override.yaml", service("    environment: [discovery.type=single-node]"), OPEN),
    # Kubernetes
    Case("pod.yaml", pod("env: [{name: discovery.type, value: single-node}, {name: TOKEN, value: x}]"), SINGLE),
    Case("pod.yaml", pod("env: [{name: KVM}]"), "KVM="),
    Case("pod.yaml", pod("env: [{name: KVM, value: $(OTHER)}]"), "KVM"),
    Case("pod.yaml", pod("env: [{name: KVM, valueFrom: {configMapKeyRef: {name: c, key: k}}}]"), "KVM"),
    Case("pod.yaml", pod("envFrom: [{configMapRef: {name: c}}]"), None, "`envFrom`"),
    Case("pod.yaml", pod("envFrom: [{secretRef: {name: c}}], env: [{name: KVM, value: N}]"), "*,KVM=N"),
    Case("pod.yaml", pod(MOUNTED, "[{name: v, configMap: {name: c}}]"), None, "files of other objects"),
    Case("pod.yaml", pod(MOUNTED, "[{name: v, emptyDir: {}}]"), ""),
    Case("pod.yaml", pod("env: []", "[{name: v, configMap: {name: c}}]"), ""),
    # Quadlet
    Case("a.container", unit('Environment=discovery.type=single-node "TOKEN=a b"'), SINGLE),
    Case("a.container", unit("Environment=KVM=%h NETWORK"), "KVM,NETWORK"),
    Case("a.container", unit("Secret=KVM,type=env\nSecret=s,type=env,target=NETWORK\nSecret=VPN_TYPE"), "KVM,NETWORK"),
    Case("a.container", unit("EnvironmentFile=/etc/a.env"), None, "EnvironmentFile"),
    Case("a.container", unit("Environment=KVM=N\nEnvironmentHost=true"), "*,KVM=N"),
    Case("a.container", unit("PodmanArgs=-e KVM=N --env=NETWORK=user"), "KVM=N,NETWORK=user"),
    Case("a.container", unit("PodmanArgs=--env-file /etc/a.env"), None, "--env-file"),
    # Dockerfile
    Case("Dockerfile", "FROM elasticsearch:8.1.0\nENV discovery.type=single-node TOKEN='a b'\n", OPEN),
    Case("Dockerfile", "FROM elasticsearch:8.1.0\nENV discovery.type single-node\n", OPEN),
    Case("Dockerfile", 'FROM elasticsearch:8.1.0\nARG A\nENV KVM=$A \\\n  NETWORK="user"\n', "*,KVM,NETWORK=user"),
    Case("Dockerfile", "FROM elasticsearch:8.1.0 AS b\nENV KVM=N\nFROM b\nENV NETWORK=user\n", "*,KVM=N,NETWORK=user"),
    Case("Dockerfile", 'FROM elasticsearch:8.1.0\nENV A="K VM" KVM=\\N\nENV NETWORK="us"er\n', "*,KVM=N,NETWORK=user"),
    Case("Dockerfile", "FROM elasticsearch:8.1.0\nENV KVM=N\nENV NETWORK=$KVM\n", "*,KVM=N,NETWORK=N"),
    Case("Dockerfile", f"FROM elasticsearch:8.1.0\nENV A={'a' * 5000} KVM=N NETWORK=user\n", "*,KVM=N,NETWORK=user"),
    Case("Dockerfile", "FROM golang:1.24 AS b\nENV KVM=N\nFROM elasticsearch:8.1.0\n", None, "started with others"),
    # devcontainer.json
    Case(
        "devcontainer.json",
        '{"image": "x", "containerEnv": {"KVM": "N", "NETWORK": "${N}"}}',
        "*,KVM=N,NETWORK",
    ),
    Case("devcontainer.json", '{"image": "x", "runArgs": ["-e", "KVM=N"]}', "*,KVM=N"),
    Case("devcontainer.json", '{"image": "x", "remoteEnv": {"KVM": "N"}}', None, "features"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.text[-40:]!r}")
def test_variables(look: Look, case: Case) -> None:
    seen = look(case.name, case.text)
    assert seen.problems == []
    assert seen.facts().get("deployment.environment") == case.variables
    assert case.why in seen.native().unknowns.get("deployment.environment", "")


def test_places(look: Look) -> None:
    text = service("    environment:\n      TOKEN: x\n      KVM: N\n      NETWORK: user\n")
    seen = look("compose.yaml", text)
    assert seen.at("deployment.environment") == (6, 12)


def test_a_helper_sets_parameters_of_the_host_for_all(look: Look) -> None:
    helper = "  setup:\n    image: alpine:3.20\n    privileged: {}\n    command: sysctl -w vm.max_map_count=262144\n"
    seen = look("compose.yaml", service(helper.format("true")))
    assert seen.facts("a")["deployment.sysctls"] == "vm.max_map_count=262144"
    seen = look("compose.yaml", service("    sysctls: [net.core.somaxconn=4]\n" + helper.format("true")))
    assert seen.facts("a")["deployment.sysctls"] == "net.core.somaxconn=4,vm.max_map_count=262144"
    assert look("compose.yaml", service(helper.format("false"))).facts("a")["deployment.sysctls"] == ""


@pytest.mark.parametrize(
    ("lines", "parameters"),
    [
        ("privileged: true, command: 'sh -c \"sysctl vm.max_map_count; echo vm.max_map_count=262144\"'", ""),
        ("privileged: true, command: 'echo sysctl -w vm.max_map_count=262144'", ""),
        ("privileged: true, profiles: [never], command: sysctl -w vm.max_map_count=262144", ""),
        (
            "privileged: true, command: sysctl -w vm.max_map_count=262144 net.core.somaxconn=9",
            "vm.max_map_count=262144",
        ),
        ("privileged: true, network_mode: host, command: [sysctl, net.core.somaxconn=9]", "net.core.somaxconn=9"),
        (
            "privileged: true, command: [sh, -c, 'set -e; /sbin/sysctl -qw vm.swappiness=\"1\" && id']",
            "vm.swappiness=1",
        ),
    ],
)
def test_what_a_helper_sets(look: Look, lines: str, parameters: str) -> None:
    seen = look("compose.yaml", service(f"  setup: {{image: 'alpine:3.20', {lines}}}\n"))
    assert seen.facts("a")["deployment.sysctls"] == parameters


def test_a_helper_sets_no_more_than_services_can_bear(look: Look) -> None:
    many = " ".join(f"vm.p{number}=1" for number in range(400))
    helper = f"  setup: {{image: alpine, privileged: true, command: sysctl -w {many}}}\n"
    assert len(look("compose.yaml", service(helper)).facts("a")["deployment.sysctls"].split(",")) == 50


@pytest.mark.parametrize(
    ("lines", "covered"),
    [
        ("volumes: ['conf:/usr/share/elasticsearch/config']", True),
        ("volumes: [{type: volume, source: conf, target: /usr/share/elasticsearch/config}]", True),
        ("volumes: ['data:/usr/share/elasticsearch/data', 'certs:/usr/share/elasticsearch/config/certs']", False),
        ("secrets: [{source: s, target: /usr/share/elasticsearch/config/elasticsearch.yml}]", True),
        ("secrets: [password]", False),
        ("tmpfs: /usr/share/elasticsearch/config", True),
        ("tmpfs: ['/tmp:size=1m']", False),
    ],
)
def test_files_over_the_settings_of_a_program(look: Look, lines: str, covered: bool) -> None:
    unknown = look("compose.yaml", service(f"    {lines}\n")).native("a").unknowns.get("deployment.environment", "")
    assert ("lie over /usr/share/elasticsearch/config" in unknown) == covered


SECRET = "hunter2hunter2"


@pytest.mark.parametrize("command", [("facts",), ("check", "--coverage"), ("check", "--format", "json")])
def test_no_other_variable_is_shown(vmlint: Vmlint, tmp_path: Path, command: tuple[str, ...]) -> None:
    text = service(f"    environment: {{NOBODY_ASKS: {SECRET}, discovery.type: single-node, DB: 'x://u:{SECRET}@h'}}")
    (tmp_path / "compose.yaml").write_text(text)
    shown = vmlint(*command, "compose.yaml")
    assert SECRET not in shown.stdout + shown.stderr


def test_a_project_asks_for_its_own(vmlint: Vmlint, tmp_path: Path) -> None:
    need = "{feature: kernel.module.wireguard, when: {environment: {ACME_MODE: ^kernel$}}}"
    spec = f"{{name: ACME Tunnel, images: [acme/tunnel], needs: [{need}]}}"
    own = f"apiVersion: vmlint/v1\nkind: Software\nmetadata: {{name: acme-tunnel}}\nspec: {spec}\n"
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "tunnel.yaml").write_text(own)
    host = "{platform: linux/amd64, kernel: {modules: [overlay], builtin: []}}"
    (tmp_path / "host.yaml").write_text(f"apiVersion: vmlint/v1\nkind: Host\nmetadata: {{name: h}}\nspec: {host}\n")
    text = "services:\n  a:\n    image: acme/tunnel:1\n    environment: {{ACME_MODE: {}, ACME_TOKEN: {}}}\n"
    for mode, status in (("kernel", 1), ("user", 0)):
        (tmp_path / "compose.yaml").write_text(text.format(mode, SECRET))
        seen = vmlint("check", "--select", "VM002", "--catalog", "own", "--host", "host.yaml", "compose.yaml")
        assert (seen.status, SECRET in seen.stdout) == (status, False)
        assert ("ACME Tunnel 1 needs the kernel module wireguard" in seen.stdout) == (status == 1)
        shown = vmlint("facts", "--catalog", "own", "compose.yaml").stdout
        assert (f"ACME_MODE={mode}" in shown, SECRET in shown) == (True, False)
