"""What is said to vmlint alone cannot hide a finding unseen: ``--policy-from``, and ``forbid`` of waivers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.conftest import Vmlint
from tests.repository import Repository

SETTINGS = '[[overrides]]\npaths = ["prod/**"]\ncontext = {environment = "production"}\n'
WEB = "services:\n  web:\n    image: nginx:1.29\n"
EVIL = WEB + "    privileged: true\n"
POD = (
    "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  selector: {{matchLabels: {{a: b}}}}\n"
    "  template:\n    metadata: {{labels: {{a: b}}, annotations: {{{words}}}}}\n    spec:\n"
    "      containers: [{{name: web, image: 'nginx:1.29', securityContext: {{privileged: true}}}}]\n"
)
OVER = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web%s}\nspec:\n%s  deployment: {source: compose.yaml}\n"
ROLE = ", labels: {vmlint/role: node-agent}"
ALONE = (
    "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web%s}\nspec:\n%s  guest: {kernel: {requires: '>=5.10'}}\n"
    "  deployment: {platform: docker, privileged: %s}\n"
)
HOST = (
    "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: a}\nspec: {platform: linux/amd64, kernel: {version: '%s'}}\n"
)
ON = "  hostRef: a.yaml\n"
NOTES = "arch: amd64\nostype: debian\nrootfs: local:1\nfeatures: nesting=1\nunprivileged: 0\n#vmlint%%3A %s\n"


Files = dict[str, str]

CASES: dict[str, tuple[Files, Files, list[tuple[str, int, str]]]] = {
    "a label in a comment": (
        {"compose.yaml": WEB},
        {"compose.yaml": "# vmlint: labels.vmlint/role=node-agent\n" + EVIL},
        [("compose.yaml", 1, "VM927"), ("compose.yaml", 5, "VM407")],
    ),
    "a mode that is none": (
        {"compose.yaml": EVIL},
        {"compose.yaml": "# vmlint: deployment.mode=kata\n" + EVIL},
        [("compose.yaml", 1, "VM927"), ("compose.yaml", 5, "VM407"), ("compose.yaml", 5, "VM413")],
    ),
    "against the context of a path": (
        {"vmlint.toml": SETTINGS, "prod/compose.yaml": EVIL},
        {"prod/compose.yaml": "# vmlint: environment=dev\n" + EVIL},
        [("prod/compose.yaml", 1, "VM927"), ("prod/compose.yaml", 5, "VM407")],
    ),
    "a label that Compose carries": (
        {"compose.yaml": EVIL},
        {"compose.yaml": EVIL + "    labels: {vmlint/role: node-agent}\n"},
        [("compose.yaml", 4, "VM407"), ("compose.yaml", 5, "VM927")],
    ),
    "an extension of Compose": (
        {"compose.yaml": EVIL},
        {"compose.yaml": EVIL + "x-vmlint: {deployment: {mode: kata}}\n"},
        [("compose.yaml", 4, "VM407"), ("compose.yaml", 4, "VM413"), ("compose.yaml", 5, "VM927")],
    ),
    "an annotation of Kubernetes": (
        {"a.yaml": POD.format(kind="Deployment", words="")},
        {"a.yaml": POD.format(kind="Deployment", words="vmlint/role: node-agent")},
        [("a.yaml", 7, "VM927"), ("a.yaml", 9, "VM407")],
    ),
    "what a format itself says is content": (
        {"a.yaml": POD.format(kind="Deployment", words="")},
        {"a.yaml": POD.format(kind="DaemonSet", words="")},
        [],
    ),
    "a new file": (
        {},
        {"compose.yaml": "# vmlint: environment=dev\n# vmlint: labels.vmlint/role=node-agent\n" + EVIL},
        [("compose.yaml", 1, "VM927"), ("compose.yaml", 6, "VM407")],
    ),
    "a hint that changed": (
        {"compose.yaml": "# vmlint: environment=production\n" + EVIL},
        {"compose.yaml": "# vmlint: environment=dev\n" + EVIL},
        [("compose.yaml", 1, "VM927"), ("compose.yaml", 5, "VM407")],
    ),
    "a hint that is gone": (
        {"compose.yaml": f"# vmlint: guest.kernel.requires=>=5.10\n# vmlint: host.kernel.version=4.18\n{WEB}"},
        {"compose.yaml": f"# vmlint: guest.kernel.requires=>=5.10\n{WEB}"},
        [("compose.yaml", 3, "VM403"), ("compose.yaml", 3, "VM927")],
    ),
    "a hint that was there": (
        {"compose.yaml": "# vmlint: labels.vmlint/role=node-agent\n" + WEB},
        {"compose.yaml": "\n\n# vmlint: labels.vmlint/role=node-agent\n" + EVIL},
        [],
    ),
    "a hint that hides nothing": (
        {"compose.yaml": WEB},
        {"compose.yaml": "# vmlint: environment=production\n" + EVIL},
        [("compose.yaml", 5, "VM407")],
    ),
    "a renamed file": (
        {"compose.yaml": "# vmlint: labels.vmlint/role=node-agent\n" + EVIL},
        {"compose.yaml": "", "web/compose.yaml": "# vmlint: labels.vmlint/role=node-agent\n" + EVIL},
        [],
    ),
    "a new manifest over a file": (
        {"compose.yaml": EVIL},
        {"over.yaml": OVER % (ROLE, "")},
        [("compose.yaml", 4, "VM407"), ("over.yaml", 3, "VM927")],
    ),
    "a manifest over a file that changed": (
        {"compose.yaml": EVIL, "over.yaml": OVER % ("", "")},
        {"over.yaml": OVER % ("", "  environment: production\n")},
        [("compose.yaml", 4, "VM407")],
    ),
    "a manifest over a file, with a label more": (
        {"compose.yaml": EVIL, "over.yaml": OVER % ("", "")},
        {"over.yaml": OVER % (ROLE, "  environment: dev\n")},
        [("compose.yaml", 4, "VM407"), ("over.yaml", 3, "VM927")],
    ),
    "a manifest over a file that was there": (
        {"compose.yaml": WEB, "over.yaml": OVER % (ROLE, "")},
        {"compose.yaml": EVIL, "over.yaml": "\n" + OVER % (ROLE, "")},
        [],
    ),
    "a label of a manifest": (
        {"a.vmlint.yaml": ALONE % ("", "", "true")},
        {"a.vmlint.yaml": ALONE % (ROLE, "", "true")},
        [("a.vmlint.yaml", 3, "VM927"), ("a.vmlint.yaml", 6, "VM407")],
    ),
    "the environment of a manifest": (
        {"vmlint.toml": SETTINGS, "prod/a.vmlint.yaml": ALONE % ("", "", "true")},
        {"prod/a.vmlint.yaml": ALONE % ("", "  environment: dev\n", "true")},
        [("prod/a.vmlint.yaml", 5, "VM927"), ("prod/a.vmlint.yaml", 7, "VM407")],
    ),
    "a manifest that is mended": (
        {"vmlint.toml": SETTINGS, "prod/a.vmlint.yaml": ALONE % ("", "", "true")},
        {"prod/a.vmlint.yaml": ALONE % ("", "", "false")},
        [],
    ),
    "a host document that changed": (
        {"a.yaml": HOST % "4.18", "b.vmlint.yaml": ALONE % ("", ON, "false")},
        {"a.yaml": HOST % "6.8"},
        [("a.yaml", 4, "VM403"), ("a.yaml", 4, "VM927")],
    ),
    "another host document": (
        {"a.yaml": HOST % "4.18", "b.vmlint.yaml": ALONE % ("", ON, "false")},
        {"c.yaml": HOST % "6.8", "b.vmlint.yaml": ALONE % ("", "  hostRef: c.yaml\n", "false")},
        [("c.yaml", 4, "VM403"), ("c.yaml", 4, "VM927")],
    ),
    "a host in the manifest": (
        {"b.vmlint.yaml": ALONE % ("", "  host: {kernel: {version: '4.18'}}\n", "false")},
        {"b.vmlint.yaml": ALONE % ("", "  host: {kernel: {version: '6.8'}}\n", "false")},
        [("b.vmlint.yaml", 5, "VM403"), ("b.vmlint.yaml", 5, "VM927")],
    ),
}


def found(vmlint: Vmlint, *arguments: str) -> list[tuple[str, int, str]]:
    """Return file, line and code of what is reported and counts."""
    every: list[dict[str, Any]] = json.loads(vmlint("check", "--format", "json", *arguments).stdout)["findings"]
    counting = (each for each in every if each["accepted"] is None)
    return sorted((each["place"]["file"], each["place"]["line"], each["code"]) for each in counting)


def test_new_words_to_vmlint_hide_nothing(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(
        **{f"{case}/{name}": text for case, (before, _, _) in CASES.items() for name, text in before.items()}
    )
    for case, (_, after, _) in CASES.items():
        for name, text in after.items():
            if text:
                repository.put(f"{case}/{name}", text)
            else:
                (repository.root / case / name).unlink()
    expected = {
        case: sorted((f"{case}/{name}", line, code) for name, line, code in told)
        for case, (_, _, told) in CASES.items()
    }
    told = found(vmlint, "--policy-from", "HEAD")
    assert {case: [each for each in told if each[0].startswith(f"{case}/")] for case in CASES} == expected


def test_the_words_of_the_remark(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"compose.yaml": EVIL})
    repository.put("compose.yaml", "# vmlint: labels.vmlint/role=node-agent\n" + EVIL)
    screen = vmlint("check", "--policy-from", "HEAD", "--format", "concise", "--fail-on", "error")
    assert (screen.status, screen.stdout.splitlines()[0]) == (
        0,
        "compose.yaml:1:11: warning VM927 hidden-finding: labels.vmlint/role=node-agent is not said in HEAD, and would "
        "hide VM407 (privileged-container) [whoever reviews the change decides whether it may be hidden]",
    )


FORBIDDEN = '[waiver-policy]\nforbid = ["VM40"]\n'


def test_what_the_settings_forbid_to_waive_cannot_be_hidden_either(vmlint: Vmlint, tmp_path: Path) -> None:
    files = {
        "vmlint.toml": FORBIDDEN,
        "a/compose.yaml": "# vmlint: labels.vmlint/role=node-agent\n" + EVIL,
        "b/compose.yaml": EVIL,
        "b/over.yaml": OVER % (ROLE, ""),
        "c/a.vmlint.yaml": ALONE % (ROLE, "", "true"),
        "d/a.yaml": HOST % "6.8",
        "d/b.vmlint.yaml": ALONE % ("", ON, "false"),
        "e/a.yaml": POD.format(kind="DaemonSet", words=""),
        "f/b.vmlint.yaml": ALONE % ("", "  environment: dev\n  host: {kernel: {version: '6.8'}}\n", "false"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    expected = [
        ("a/compose.yaml", 1, "VM927"),
        ("a/compose.yaml", 5, "VM407"),
        ("b/compose.yaml", 4, "VM407"),
        ("b/over.yaml", 3, "VM927"),
        ("c/a.vmlint.yaml", 3, "VM927"),
        ("c/a.vmlint.yaml", 6, "VM407"),
    ]
    assert found(vmlint) == expected
    (tmp_path / "vmlint.toml").write_text(FORBIDDEN.replace("VM40", "VM5"))
    assert found(vmlint) == []
