"""Compose files: what is read, at which place, and what is left open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

SHOP = """\
name: shop
x-vmlint:
  environment: production
  requirements:
    isolation: {tenancy: single, compliance: [pci-dss]}
services:
  web: &web
    image: nginx:1.27.4
    platform: linux/amd64
    cap_add: [NET_BIND_SERVICE]
    volumes:
      - ./site:/usr/share/nginx/html:ro
      - cache:/var/cache/nginx
      - type: bind
        source: /etc/localtime
        target: /etc/localtime
        read_only: true
    deploy:
      replicas: 3
      resources:
        limits: {cpus: "0.50", memory: 512M}
    labels:
      vmlint/role: node-agent
      traefik.enable: "true"
  admin:
    <<: *web
    network_mode: host
    pid: host
    mem_limit: 1073741824
    deploy: {mode: global}
    x-vmlint: {environment: test}
  build:
    image: shop/build
    build: {context: ., platforms: [linux/amd64, linux/arm64]}
volumes: {cache: {}}
"""


def test_all_that_is_read(look: Look) -> None:
    seen = look("compose.yaml", SHOP)
    assert seen.formats == ("compose",)
    assert seen.names == ["web", "admin", "build"]
    assert seen.facts("web") == {
        "deployment.architecture": "container",
        "deployment.capabilities": "NET_BIND_SERVICE",
        "deployment.environment": "",
        "deployment.hostNamespaces": "",
        "deployment.image.ref": "nginx:1.27.4",
        "deployment.mounts": "./site:/usr/share/nginx/html:ro,/etc/localtime:/etc/localtime:ro",
        "deployment.platform.id": "docker",
        "deployment.privileged": "false",
        "deployment.hostDevices": "",
        "deployment.sysctls": "",
        "deployment.ulimits": "",
        "deployment.unconfined": "",
        "environment": "production",
        "guest.platform": "linux/amd64",
        "instances": "3",
        "requirements.isolation.compliance": "pci-dss",
        "requirements.isolation.tenancy": "single",
        "resources.cpu": "0.5",
        "resources.memory": "512Mi",
    }
    assert seen.native("web").workload.labels == {"vmlint/role": "node-agent"}
    admin = seen.facts("admin")
    assert admin["deployment.hostNamespaces"] == "network,pid"
    assert admin["deployment.placement"] == "one-per-host"
    assert admin["resources.memory"] == "1Gi"
    assert admin["environment"] == "test"
    assert "instances" not in admin
    assert seen.facts("build")["deployment.image.platforms"] == "linux/amd64,linux/arm64"
    assert seen.problems == []


def test_places(look: Look) -> None:
    seen = look("compose.yaml", SHOP)
    assert seen.at("deployment.image.ref", "web") == (8, 12)
    assert seen.at("resources.memory", "web") == (21, 40)
    assert seen.at("deployment.mounts", "web") == (11, 5), "a list of several is shown by its key"
    assert seen.at("deployment.capabilities", "web") == (10, 15), "and one of one item by the item"
    assert seen.at("deployment.hostNamespaces", "admin") == (28, 10)
    assert seen.at("environment", "web") == (3, 16)
    assert seen.at("environment", "admin") == (31, 29)
    assert seen.at("deployment.privileged", "build") == (32, 3), "what is not stated is shown at the service"


def test_defaults_and_unknowns(look: Look) -> None:
    seen = look("compose.yaml", SHOP)
    web, build = seen.native("web"), seen.native("build")
    assert set(web.defaults) == {
        "deployment.architecture",
        "deployment.environment",
        "deployment.hostNamespaces",
        "deployment.platform.id",
        "deployment.unconfined",
        "deployment.privileged",
        "deployment.hostDevices",
        "deployment.sysctls",
        "deployment.ulimits",
    }
    assert "distributions' own images" in web.unknowns["guest.os.id"]
    assert "Dockerfile" in build.unknowns["deployment.image.ref"]
    assert "--scale" in build.unknowns["instances"]
    assert str(web.workload.deployment.mode) == "runc"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1gb", "1Gi"), ("512m", "512Mi"), ("64k", "64Ki"), ("536870912", "512Mi"), ("1025", "1.025k"),
        ("1.5g", "1.5Gi"), ("2048b", "2Ki"), ("0", None), ("lots", None), ("-1", None),
    ],
)  # fmt: skip
def test_memory(look: Look, text: str, read: str | None) -> None:
    seen = look("compose.yaml", f"services: {{a: {{image: x, mem_limit: '{text}'}}}}")
    assert seen.facts().get("resources.memory") == read


@pytest.mark.parametrize(
    ("service", "path", "value"),
    [
        ("runtime: runsc", "deployment.mode", "gvisor"),
        ("runtime: io.containerd.kata.v2", "deployment.mode", "kata"),
        ("runtime: crun", "deployment.mode", "crun"),
        ("isolation: hyperv", "deployment.mode", "hyperv"),
        ("isolation: hyperv", "guest.os.family", "windows"),
        ("isolation: default", "deployment.mode", None),
        ("platform: windows", "guest.os.family", "windows"),
        ("platform: linux/arm/v7", "guest.platform", "linux/arm/v7"),
        ("platform: wasi/wasm", "guest.platform", None),
        ("platform: wasi/wasm", "deployment.platform.id", None),
        ("runtime: io.containerd.wasmedge.v1", "deployment.platform.id", None),
        ("runtime: '${RUNTIME:-runc}'", "deployment.platform.id", "docker"),
        ("runtime: nvidia", "deployment.platform.id", "docker"),
        ("privileged: '${PRIVILEGED}'", "deployment.privileged", None),
        ("privileged: true", "deployment.privileged", "true"),
        ("ipc: shareable", "deployment.hostNamespaces", ""),
        ("network_mode: '${NET}'", "deployment.hostNamespaces", None),
        ("network_mode: service:vpn", "deployment.hostNamespaces", ""),
        ("network_mode: none", "deployment.network.exposure", "none"),
        ("scale: 2", "instances", "2"),
        ("scale: '${N}'", "instances", None),
        ("cpus: 1.5", "resources.cpu", "1.5"),
        ("devices: ['/dev/kvm:/dev/kvm', '${DISK}:/dev/sda']", "deployment.hostDevices", "/dev/kvm"),
        ("devices: [{source: /dev/snd, target: /dev/snd}]", "deployment.hostDevices", "/dev/snd"),
        ("gpus: all", "requirements.devices.gpu.mode", "shared"),
        ("deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]}}}",
         "requirements.devices.gpu.mode", "shared"),
        ("use_api_socket: true", "deployment.mounts", "/var/run/docker.sock:/var/run/docker.sock"),
        ("volumes: [/var/lib/mysql]", "deployment.mounts", ""),
        ("volumes: ['data:/data', '~/x:/x', '.:/code']", "deployment.mounts", ".:/code,~/x:/x"),
        ("volumes: ['data:C:\\data', 'C:\\host:C:\\inside', 'C:\\only']", "deployment.mounts", "C:\\host:C:\\inside"),
        ("volumes: ['${DATA:-./data}:/data']", "deployment.mounts", "./data:/data"),
        ("volumes: ['${SOCKET-${RUN:-/run}/docker.sock}:/s']", "deployment.mounts", "/run/docker.sock:/s"),
        ("volumes: ['$${DATA:-./data}:/data']", "deployment.mounts", ""),
        ("privileged: '${P:-yes}'", "deployment.privileged", "true"),
        ("cap_add: ['${CAP:-SYS_ADMIN}']", "deployment.capabilities", "SYS_ADMIN"),
        ("pid: '${PID:-host}'", "deployment.hostNamespaces", "pid"),
        ("isolation: '${I}'", "deployment.platform.id", "docker"),
        ("volumes: ['${DATA}:/data', './x:/x']", "deployment.mounts", "./x:/x"),
        ("volumes: ['./price$$list:/x']", "deployment.mounts", "./price$$list:/x"),
        ("volumes: [{type: volume, source: /looks/like/one, target: /x}]", "deployment.mounts", ""),
        ("volumes: [{type: npipe, source: '\\\\.\\pipe\\docker_engine', target: '\\\\.\\pipe\\docker_engine'}]",
         "deployment.mounts", "\\\\.\\pipe\\docker_engine:\\\\.\\pipe\\docker_engine"),
        ("extends: {file: base.yaml, service: a}", "deployment.privileged", None),
        ("extends: {file: base.yaml, service: a}", "deployment.platform.id", None),
    ],
)  # fmt: skip
def test_one_fact(look: Look, service: str, path: str, value: str | None) -> None:
    seen = look("compose.yaml", f"services:\n  a:\n    image: redis:7\n    {service}\n")
    assert seen.facts().get(path) == value
    assert seen.problems == []


def test_what_a_service_takes_from_another_of_the_file(look: Look) -> None:
    text = """\
services:
  base: {image: redis:7, cap_add: [NET_ADMIN], privileged: true, environment: {A: b}}
  one: {extends: base, cap_add: [SYS_ADMIN], privileged: false}
  two: {extends: {service: one, file: ./compose.yaml}, image: redis:8}
  me: {extends: me, image: redis:7, privileged: true}
  other: {extends: {service: base, file: other.yaml}}
"""
    seen = look("compose.yaml", text)
    assert seen.facts("one")["deployment.capabilities"] == "NET_ADMIN,SYS_ADMIN"
    assert seen.facts("one")["deployment.privileged"] == "false"
    assert seen.facts("two")["deployment.image.ref"] == "redis:8"
    assert seen.facts("two")["deployment.privileged"] == "false"
    assert seen.facts("me")["deployment.privileged"] == "true"
    assert "deployment.privileged" not in seen.facts("other")
    assert seen.at("deployment.privileged", "two") == (3, 58)


def test_paths_of_the_host_that_stand_elsewhere(look: Look) -> None:
    text = """\
services:
  a:
    image: redis:7
    volumes: ['data:/data', {type: volume, source: all, target: /all, read_only: true}, plain:/x]
    configs: [sock, own]
    secrets: [{source: key, target: /key}]
    post_start: [{command: id}, {command: id, privileged: true}]
volumes:
  data: {driver_opts: {type: none, o: 'bind,rw', device: /srv/data}}
  all: {driver_opts: {type: none, o: bind, device: '${ROOT:-/}'}}
  plain: {driver_opts: {type: nfs, o: addr=10.0.0.1, device: ':/x'}}
configs: {sock: {file: /var/run/docker.sock}, own: {file: ./app.conf}}
secrets: {key: {file: ~/.ssh/id_ed25519}}
"""
    seen = look("compose.yaml", text)
    assert seen.facts()["deployment.mounts"].split(",") == [
        "/:/all:ro",
        "/srv/data:/data",
        "/var/run/docker.sock:/sock:ro",
        "~/.ssh/id_ed25519:/key:ro",
    ]
    assert seen.at("deployment.privileged") == (7, 59)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("include: [stack.txt, sub/compose.yaml]", "stack.txt"),
        ("include: [{path: [base.yaml, .hid/c.yaml]}]", ".hid/c.yaml"),
        ("include: [{path: vendor/x/compose.yml}]", "vendor/x/compose.yml"),
        ("include: ['https://example.org/x.git#main:compose.yaml']", "https://example.org/x.git#main:compose.yaml"),
        ("x-a: b", ""),
        ("include: [a.yaml, './b.yml', '${X:-b}.yaml']", ""),
        ("include: [a.yaml, '${X}.txt']", "${X}.txt"),
    ],
)
def test_what_is_included_from_where_no_search_looks(look: Look, named: str, told: str) -> None:
    seen = look("compose.yaml", f"{named}\nservices: {{web: {{image: 'a:1'}}}}\n")
    assert seen.names == ["web"]
    assert seen.checked.skipped.partition(", where")[0] == (told and f"it includes {told}")
    alone = look("compose.yaml", f"{named}\n")
    assert alone.checked.skipped == seen.checked.skipped


@pytest.mark.parametrize("image", ["app:${TAG}", "${REGISTRY}/app:1", "'{{ image }}'"])
def test_a_computed_image_is_unknown(look: Look, image: str) -> None:
    seen = look("compose.yaml", f"services: {{a: {{image: {image}}}}}" if "'" in image else
                f"services:\n  a:\n    image: {image}\n")  # fmt: skip
    assert "deployment.image.ref" not in seen.facts()
    assert "filled in elsewhere" in seen.native().unknowns["deployment.image.ref"]


def test_a_part_that_another_file_completes_has_no_defaults(look: Look) -> None:
    parts = "services: {a: {ports: ['80:80']}, b: {image: redis:7}}"
    assert "deployment.privileged" not in look("docker-compose.prod.yml", parts).facts("a")
    assert "deployment.privileged" in look("docker-compose.prod.yml", parts).facts("b")
    assert "deployment.privileged" not in look("compose.override.yaml", parts).facts("b")


HOST = "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: h}\nspec: {platform: PLATFORM}\n"


@pytest.mark.parametrize(
    ("host", "service", "platform"),
    [
        ("linux/arm64", "image: redis:7", "docker"),
        ("darwin/arm64", "image: redis:7", None),
        ("windows/amd64", "image: redis:7", None),
        ("windows/amd64", "image: mcr.microsoft.com/windows/servercore:ltsc2022", "docker"),
        ("darwin/arm64", "image: redis:7\n    x-vmlint: {deployment: {platform: podman}}", "podman"),
    ],
)
def test_the_platform_is_open_where_the_host_hides_a_machine(
    look: Look, host: str, service: str, platform: str | None
) -> None:
    text = f"services:\n  a:\n    {service}\n"
    seen = look("compose.yaml", text, {"name": "host.yaml", "text": HOST.replace("PLATFORM", host)})
    assert seen.facts().get("deployment.platform.id") == platform
    if platform is None:
        assert "on this host" in seen.native().unknowns["deployment.platform.id"]
        assert seen.found() == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("services.yaml", "services:\n  App\\Mailer: {arguments: ['@x']}\n"),
        (".woodpecker.yaml", "services:\n  db: {image: 'postgres:16'}\nsteps: {test: {image: golang}}\n"),
        ("ci.yaml", "image: ruby\nservices: [postgres]\n"),
        ("pod.yaml", "apiVersion: v1\nkind: X\nservices: {a: {image: x}}\n"),
        ("compose.yaml", "services: {}\n"),
        ("notes.yaml", "services: {a: text}\n"),
        ("data/services.yaml", "services: {design: {image: /images/design.png}, advice: {image: advice.svg}}\n"),
        ("parts.yaml", "services: {a: {image: 'redis:7'}, b: text}\n"),
        ("parts.yaml", "services: {a: {image: 'redis:7'}, b: {image: {repository: redis, tag: '7'}}}\n"),
        ("chart.yaml", "services: {a: {image: 'redis:7'}}\nreplicas: 2\n"),
        (".drone.yml", "kind: pipeline\nservices: [{name: db, image: 'postgres:16'}]\n"),
        (".woodpecker.yaml", "services:\n  db: {image: 'postgres:16'}\npipeline: {test: {image: golang}}\n"),
        ("docker-bake.yaml", "target: {db: {dockerfile: Dockerfile}}\nservices: {a: {image: x}}\n"),
        ("broken.yaml", "services:\n  a: {image: [\n"),
    ],
)
def test_other_files_are_not_taken_for_one(look: Look, name: str, text: str) -> None:
    assert "compose" not in look(name, text).formats


@pytest.mark.parametrize(
    "text",
    [
        "services: {db: {image: mongo:7}}\n",
        "services: {db: {image: '${REGISTRY}/mongo:7'}, web: {build: .}}\n",
        "services: {db: {image: mongo:7}}\nx-common: {a: b}\n",
    ],
)
def test_services_tell_a_file_whatever_its_name(look: Look, text: str) -> None:
    assert look("stack.yml", text).formats == ("compose",)


def test_values_of_a_chart_may_look_like_one(look: Look) -> None:
    seen = look("values-prod.yaml", "services: {db: {image: mongo:7}}\n")
    assert "Helm" in seen.checked.skipped
    assert seen.natives == []
    assert look("values.yaml", "services: {db: {image: mongo:7, ports: ['1:1']}}\n").names == ["db"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("services:\n  web:\n    image: {{ image }}\n", "template"),
        ("services:\n{% for a in apps %}\n  {{ a }}:\n    image: x\n{% endfor %}\n", "template"),
    ],
)
def test_templates_are_skipped(look: Look, text: str, reason: str) -> None:
    seen = look("docker-compose.yml", text)
    assert seen.formats == ("compose",)
    assert reason in seen.checked.skipped
    assert seen.natives == []


def test_words_of_merging_take_no_service_out_of_sight(look: Look) -> None:
    """`!override` stands before a value that counts, `!reset` before one that is dropped."""
    text = """\
services:
  web:
    image: example.org/app:1
    ports: !reset []
    cap_add: !override
      - SYS_ADMIN
    privileged: !reset true
  db: {image: !override postgres:16, pid: !reset host}
"""
    seen = look("compose.override.yaml", text)
    assert seen.found("VM407") == [("VM407", 6, 9)]
    assert seen.facts("db")["deployment.image.ref"] == "postgres:16"
    assert "deployment.privileged" not in seen.facts("web")
    assert "deployment.hostNamespaces" not in seen.facts("db")


@pytest.mark.parametrize("mark", ["{%", "{% if db %}", "{{ x }}", "<%"])
def test_marks_in_comments_make_no_template(look: Look, mark: str) -> None:
    assert look("compose.yaml", f"services:\n  db: {{image: postgres:16}}\n# {mark}\n").names == ["db"]


def test_marks_of_other_tools_do_not_make_a_template(look: Look) -> None:
    text = "services:\n  web:\n    image: redis:7\n    logging: {options: {tag: '{{.Name}}'}}\n"
    assert look("compose.yaml", text).names == ["web"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (SHOP.encode()[:440], None),
        (b"services:\n  a: {image: x\n", "VM903"),
        (b"services:\n  a: {image: \xff}\n", "VM902"),
        (SHOP.encode("utf-16"), None),
        (b"services: {a: {image: x, volumes: " + b"[" * 100 + b"]" * 100 + b"}}", "VM904"),
        (b"x-a: &a [1,1,1,1,1,1,1,1,1,1]\nx-b: &b [" + b"*a," * 9 + b"]\nx-c: &c [" + b"*b," * 999
         + b"]\nx-d: [" + b"*c," * 99 + b"]\nservices: {a: {image: x}}\n", "VM904"),
        (b"services: {a: {image: [x], build: 3, volumes: {a: b}, deploy: [], cap_add: x, labels: 7, pid: []}}", None),
    ],
)  # fmt: skip
def test_hostile_input(look: Look, data: bytes, code: str | None) -> None:
    seen = look("compose.yaml", data)
    assert seen.checked.crashes == ()
    assert [problem[0] for problem in seen.problems] == ([code] if code else [])


@pytest.mark.parametrize("name", ["compose.yaml", "my-compose.yaml", "compose-prod.yml", "docker-stack.yml"])
@pytest.mark.parametrize("text", ["services:\n  a: [\n", 'services:\n  a:\n    image: "x\n', "services:\n a: {\n"])
def test_a_broken_file_with_the_name_of_one(look: Look, name: str, text: str) -> None:
    assert [problem[0] for problem in look(name, text).problems] == ["VM903"]


@pytest.mark.parametrize("name", ["compose.md", "compose-up.sh", "services.yaml", "compose.yaml.j2"])
def test_a_broken_file_with_another_name(look: Look, name: str) -> None:
    assert look(name, "services:\n  a: [\n").formats == ()


RISKY = """\
services:
  portainer:
    image: portainer/portainer-ce:2.21
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
  builder:
    image: docker:27-dind
    privileged: true
  old:
    image: debian:10-slim
  tools:
    image: alpine:3.22
    pid: host
  windows:
    image: mcr.microsoft.com/windows/servercore:ltsc2016
    isolation: process
    x-vmlint: {host: {os: win2k22, platform: windows/amd64}}
"""


def test_general_rules_report_the_place(look: Look) -> None:
    assert look("compose.yaml", RISKY).found() == [
        ("VM408", 5, 9),
        ("VM407", 8, 17),
        ("VM707", 10, 12),
        ("VM408", 13, 10),
        ("VM422", 16, 16),
    ]


def test_demands_in_the_file_are_held_against_it(look: Look) -> None:
    text = """\
# vmlint: environment=production
services:
  jobs:
    image: ghcr.io/acme/jobs:latest
    x-vmlint: {requirements: {isolation: {untrustedCode: true}}}
  secret:
    image: ghcr.io/acme/secret:3
    runtime: runsc
    x-vmlint:
      requirements:
        isolation: {level: confidential}
        mobility: {liveMigration: required}
"""
    findings = look("compose.yaml", text).found()
    assert ("VM401", 3, 3) in findings
    assert ("VM410", 4, 12) in findings
    assert ("VM626", 8, 14) in findings
    assert ("VM416", 12, 35) in findings


def test_an_image_for_another_cpu(look: Look) -> None:
    text = "services:\n  a:\n    image: redis:7\n    platform: linux/amd64\n"
    host = {"name": "host.yaml", "text": HOST.replace("PLATFORM", "linux/arm64")}
    assert look("compose.yaml", text, host).found("VM405") == [("VM405", 4, 15)]


def test_a_wrong_hint_is_reported(look: Look) -> None:
    seen = look("compose.yaml", "services:\n  a:\n    image: redis:7\n    x-vmlint: {enviroment: production}\n")
    assert [(code, line) for code, line, _ in seen.problems] == [("VM916", 4)]


def test_a_wrong_hint_for_all_is_reported_once(look: Look) -> None:
    seen = look("compose.yaml", "# vmlint: x=1\nx-vmlint: {y: 2}\nservices: {a: {image: r:1}, b: {image: r:1}}\n")
    assert [(code, line) for code, line, _ in seen.problems] == [("VM916", 1), ("VM916", 2)]


def test_a_healthy_file(look: Look) -> None:
    assert look("compose.yaml", SHOP).found() == []


def test_a_hint_of_the_service_overrides_one_of_the_file(look: Look) -> None:
    text = "services:\n  web:\n    image: nginx\n    x-vmlint: {requirements: {isolation: {level: sandbox}}}\n"
    seen = look("compose.yaml", text + "# vmlint: requirements.isolation.level=vm\n")
    assert seen.facts()["requirements.isolation.level"] == "sandbox"


@pytest.mark.parametrize(
    ("image", "reference", "repository"),
    [
        ("mongo:${TAG:-7.0}", "mongo:7.0", "mongo"),
        ("${REGISTRY-docker.io}/app:1", "docker.io/app:1", "docker.io/app"),
        ("localhost:5000/app:${TAG}", None, "localhost:5000/app"),
        ("mongo${TAG}", None, None),
        ("mongo:${TAG:?needed}", None, "mongo"),
        ("mongo:7", "mongo:7", None),
    ],
)
def test_an_image_with_variables(look: Look, image: str, reference: str | None, repository: str | None) -> None:
    facts = look("compose.yaml", f"services:\n  a:\n    image: {image}\n").facts()
    assert facts.get("deployment.image.ref") == reference
    assert facts.get("deployment.image.repository") == repository


SERVICE = "  a:\n    image: centos:6\n    privileged: true\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("services:\n" + SERVICE.replace("centos:6", '"centos:6'), 3),
        ("services:\n  b:\n    image: c\n\trestart: always\n" + SERVICE, 4),
        ("networks: [\nservices:\n" + SERVICE, None),
        ('version: "3\nservices:\n' + SERVICE, None),
        ("x-a: @b\nservices:\n" + SERVICE, 1),
        ("services:\n" + SERVICE + "  b: {{ x }}: y\n", None),
    ],
)
def test_a_broken_file_of_any_name_is_told_where_its_lines_are_those_of_compose(
    look: Look, text: str, line: int | None
) -> None:
    seen = look("stack.yml", text)
    assert "compose" in seen.checked.formats
    if "{{" in text:
        assert "template of a Compose file" in seen.checked.skipped
        return
    codes = [(each.code, each.place.line) for each in seen.checked.diagnostics]
    assert [code for code, _ in codes] == ["VM903"]
    assert line is None or codes[0][1] == line


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  a: [\n",
        "services:\n  a:\n    image: logo.png\n  b: [\n",  # of a website
        "params: {}\nservices:\n" + SERVICE + "  b: [\n",  # of another tool
        "on: push\njobs:\n  a:\n    services:\n      b:\n        image: c\n        ports: [\n",
        "services:\n  - name: a\n    image: b\n    ports: [\n",
        "services:\n  App\\Shop:\n    class: a\n    arguments: [\n",
    ],
)
def test_other_broken_files_with_services_are_none(look: Look, text: str) -> None:
    assert look("stack.yml", text).checked.formats == ()


@pytest.mark.parametrize(
    "text",
    [
        "services: {billing: {environment: prod, ports: [80, 443]}}\n",
        "services: {_defaults: {autowire: true}, a: {public: true, volumes: [x]}}\n",
        "services: {web: {labels: {a: b}, scale: 2}}\n",
        "services: [{privileged: true}]\n",
        "services: {a: {privileged: true}}\nparameters: {b: c}\n",
    ],
)
def test_services_of_other_programs_are_no_parts_of_compose(look: Look, text: str) -> None:
    assert look("app.yaml", text).formats == ()
