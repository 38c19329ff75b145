"""``vmlint check --policy-from``: what a branch could try so that its own gate lets it pass. Each must be noticed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from tempfile import gettempdir
from typing import NamedTuple

import pytest

from tests.conftest import Vmlint
from tests.repository import Repository

BAD = "services:\n  web:\n    image: nginx:1.29\n    privileged: true\n"
TWO = "services:\n  web: {image: nginx:1.29, privileged: true}\n  api: {image: redis:8, privileged: true}\n"
FILE, LINE = "# vmlint: ignore-file[VM407] it is mine\n", " # vmlint: ignore[VM407] it is mine\n"
PODS = "apiVersion: apps/v1\nkind: {}\nmetadata: {{name: web, namespace: {}}}\nspec:\n  template:\n{}    spec:\n"
BOX = "      containers: [{name: a, image: nginx:1.29, securityContext: {privileged: true}}]\n"
MARK = "    metadata: {annotations: {vmlint/waivers: 'ignore-workload[VM407] old'}}\n"
MANIFEST = (
    "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web, waivers: [{rules: [VM407]%s, reason: old}]}\n"
    "spec: {deployment: {platform: docker, image: {ref: 'nginx:1.29'}, privileged: true}}\n"
)
HOST = (
    "apiVersion: vmlint/v1\nkind: Host\nmetadata: {{name: a}}\n"
    "spec: {{platform: linux/amd64, kernel: {{version: '{}'}}}}\n"
)
GUEST = (
    "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: api}\n"
    'spec: {guest: {kernel: {requires: ">=5.10"}}, deployment: {platform: docker}}\n'
)
CATALOGUE = (
    "apiVersion: vmlint/v1\nkind: Platform\nmetadata: {{name: acme-box}}\nspec: {{name: ACME Box, checked: 2026-11-22, "
    "placement: bare-metal, architectures: {{type1: hw-assisted}}, modes: {{hw-assisted: {{}}}}, host: {{os: [own]}}, "
    "passthrough: {{pci: {}}}}}\n"
)
ACME = (
    "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: vision}\nspec:\n"
    "  requirements: {devices: {pci: ['10de:20f1']}}\n  deployment: {architecture: type1, platform: acme-box}\n"
)
ONE_FIELD = ", field: deployment.mounts"


def baseline(*findings: str) -> str:
    """Return a baseline of privileged services, each given as ``FILE WORKLOAD``."""
    entry = '{{"file": "{}", "rule": "VM407", "workload": "{}", "field": "deployment.privileged", "value": "true"}}'
    return f'{{"version": 1, "findings": [{", ".join(entry.format(*each.split()) for each in findings)}]}}'


class Try(NamedTuple):
    """What a branch tries."""

    before: Mapping[str, str]
    """The files of the base."""
    change: Mapping[str, str | None]
    """What the branch writes, and ``None`` for what it removes. ``->`` before a name makes a link to it."""
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = {}
    """Variables of the gate, with ``{root}`` for the folder of the repository."""
    said: str = "VM407"
    """A part of what the gate says."""


TRIES = {
    "a waiver for itself": Try({}, {"compose.yaml": FILE + BAD}, said="VM926"),
    "a new file under a waiver of settings that it removes": Try(
        {
            "vmlint.toml": '[[waivers]]\nrules = ["VM407"]\npaths = ["old/**"]\nreason = "old"\n',
            "old/compose.yaml": BAD,
        },
        {"vmlint.toml": None, "prod/compose.yaml": FILE + BAD},
        said="VM926",
    ),
    "the waiver of a pod in another namespace": Try(
        {"pods.yaml": PODS.format("Deployment", "dev", MARK) + BOX},
        {"pods.yaml": "---\n".join(PODS.format("Deployment", each, MARK) + BOX for each in ("dev", "prod"))},
        said="VM926",
    ),
    "the waiver of a workload of another kind": Try(
        {"pods.yaml": PODS.format("Deployment", "dev", MARK) + BOX},
        {"pods.yaml": "---\n".join(PODS.format(each, "dev", MARK) + BOX for each in ("Deployment", "StatefulSet"))},
        said="VM926",
    ),
    "the baseline of a pod in another namespace": Try(
        {
            "pods.yaml": PODS.format("Deployment", "dev", "") + BOX,
            "vmlint-baseline.json": baseline("pods.yaml web").replace(
                '"workload": "web"', '"workload": "web", "document": "Deployment/dev"'
            ),
        },
        {"pods.yaml": PODS.format("Deployment", "prod", "") + BOX},
    ),
    "a second workload of the same name": Try(
        {"web.vmlint.yaml": MANIFEST % ""}, {"web.vmlint.yaml": MANIFEST % "" + "---\n" + MANIFEST % ""}, said="VM926"
    ),
    "a waiver without the field that it had": Try(
        {"web.vmlint.yaml": MANIFEST % ONE_FIELD}, {"web.vmlint.yaml": MANIFEST % ""}, said="VM926"
    ),
}

TRIES |= {
    "a deleted file whose entries are to accept others": Try(
        {"old/compose.yaml": TWO, "vmlint-baseline.json": baseline("old/compose.yaml web", "old/compose.yaml api")},
        {
            "old/compose.yaml": None,
            "prod1/compose.yaml": BAD,
            "prod2/compose.yaml": "services: {api: {image: busybox, privileged: true}}\n",
        },
        said="prod2/compose.yaml",
    ),
    "a deleted file that is to count twice": Try(
        {"old/compose.yaml": BAD, "vmlint-baseline.json": baseline("old/compose.yaml web")},
        {"old/compose.yaml": None, "a/compose.yaml": BAD, "b/compose.yaml": BAD},
        said="b/compose.yaml",
    ),
    "a deleted file whose waiver is to count in another": Try(
        {"old/compose.yaml": FILE + "".join(f"# line {number}\n" for number in range(20)) + BAD},
        {"old/compose.yaml": None, "prod/compose.yaml": FILE + BAD},
        said="VM926",
    ),
    "a settings file that a variable names": Try(
        {"ci/vmlint.toml": "", "compose.yaml": BAD},
        {"ci/vmlint.toml": 'ignore = ["VM407"]\n'},
        environment={"VMLINT_CONFIG": "{root}/ci/vmlint.toml"},
    ),
    "a settings file that an option names": Try(
        {"ci/vmlint.toml": "", "compose.yaml": BAD},
        {"ci/vmlint.toml": 'ignore = ["VM407"]\n'},
        arguments=("--config", "{root}/ci/vmlint.toml"),
    ),
    "a settings file that becomes a link": Try(
        {"ci/vmlint.toml": "", "ci/loose.toml": 'ignore = ["VM407"]\n', "compose.yaml": BAD},
        {"ci/vmlint.toml": "->loose.toml"},
        environment={"VMLINT_CONFIG": "ci/vmlint.toml"},
    ),
    "a host document that a variable names": Try(
        {"node.host": HOST.format("4.18"), "api.vmlint.yaml": GUEST},
        {"node.host": HOST.format("6.1")},
        environment={"VMLINT_HOST": "{root}/node.host"},
        said="VM403",
    ),
    "a catalogue that a variable names": Try(
        {"acme.vmlint.yaml": ACME, "ops/engines.yaml": CATALOGUE.format("false")},
        {"ops/engines.yaml": CATALOGUE.format("true")},
        environment={"VMLINT_CATALOG": "{root}/ops"},
        said="VM609",
    ),
    "settings that it deletes": Try(
        {"vmlint.toml": 'profile = "strict"\n', "compose.yaml": "services: {}\n"},
        {"vmlint.toml": None, "compose.yaml": BAD},
    ),
    "a baseline of its own": Try({}, {"compose.yaml": BAD, "vmlint-baseline.json": baseline("compose.yaml web")}),
    "an ignored folder": Try({}, {"compose.yaml": BAD, ".gitignore": "compose.yaml\n"}),
    "an excluded folder": Try({}, {"a/compose.yaml": BAD, "vmlint.toml": 'exclude = ["a/"]\n'}),
    "a longer waiver": Try(
        {"compose.yaml": BAD[:-1] + LINE[:-1] + " until 2026-12-24\n"},
        {"compose.yaml": BAD[:-1] + LINE[:-1] + " until 2027-12-24\n"},
        said="VM926",
    ),
}


def put(repository: Repository, files: Mapping[str, str | None]) -> None:
    for name, text in files.items():
        (repository.root / name).unlink(missing_ok=True)
        if text is not None and text.startswith("->"):
            (repository.root / name).parent.mkdir(parents=True, exist_ok=True)
            (repository.root / name).symlink_to(text[2:])
        elif text is not None:
            repository.put(name, text)


@pytest.mark.parametrize("tried", TRIES.values(), ids=TRIES)
def test_a_branch_tries(tried: Try, vmlint: Vmlint, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repository, {"README.md": "", **tried.before})
    repository.commit()
    put(repository, tried.change)
    for name, value in tried.environment.items():
        monkeypatch.setenv(name, value.format(root=repository.root))
    arguments = [each.format(root=repository.root) for each in tried.arguments]
    screen = vmlint("check", "--policy-from", "HEAD", "--format", "concise", *arguments)
    assert screen.status in (1, 2), screen
    assert tried.said in screen.stdout + screen.stderr
    assert os.listdir(gettempdir()) == []
