"""What changed against a revision, and what need not be judged twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repository import HERMETIC, Repository
from vmlint.extend.plugins import load
from vmlint.run.changes import Changes, changes
from vmlint.run.runner import wanted

OVER = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web}\nspec: {deployment: {source: compose.yaml}}\n"
FILES = {
    "compose.yaml": "services: {web: {image: 'nginx:1.29'}}\n",
    "other.yaml": "a: 1\n",
    "over.yaml": OVER,
    "vmlint.toml": 'host = "hosts/node.txt"\n',
    "hosts/node.txt": "a host\n",
    "notes.txt": "no matter\n",
}
WANTED = wanted(load().readers)


@pytest.mark.parametrize(
    ("change", "others", "everywhere"),
    [
        ({}, set(), False),
        ({"notes.txt": "", "new.txt": "", ".hidden/vmlint.toml": "", "node_modules/a.yaml": ""}, set(), False),
        ({"other.yaml": "a: 2\n", "new.yaml": "a: 1\n"}, {"other.yaml", "new.yaml"}, False),
        ({"other.yaml": None}, {"other.yaml"}, False),
        ({"other.yaml": "apiVersion: vmlint/v1\n"}, {"other.yaml"}, True),
        ({"other.yaml": '"apiVersion": "vm\\u006cint/v1"\n'}, {"other.yaml"}, True),
        ({"over.yaml": "a: 1\n"}, {"over.yaml"}, True),
        ({"compose.yaml": "services: {}\n"}, {"compose.yaml"}, True),
        ({"hosts/node.txt": "another\n"}, {"hosts/node.txt"}, True),
        ({"sub/vmlint.toml": ""}, {"sub/vmlint.toml"}, True),
        ({"vmlint.toml": None}, {"vmlint.toml"}, True),
        ({".gitignore": "a\n"}, {".gitignore"}, True),
        ({"link": "->hosts"}, {"link"}, True),
    ],
)
def test_what_changed(
    change: dict[str, str | None],
    others: set[str],
    everywhere: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, HERMETIC[name])
    made = Repository(tmp_path)
    (tmp_path / "link").symlink_to("notes.txt")
    made.commit(**FILES)
    for name, text in change.items():
        if text is None or text.startswith("->"):
            (tmp_path / name).unlink()
        if text is not None and text.startswith("->"):
            (tmp_path / name).symlink_to(text[2:])
        elif text is not None:
            made.put(name, text)
    found = changes("HEAD", tmp_path, WANTED, [])
    assert (found.other, found.everywhere) == (others, everywhere)
    if not change:
        assert found == Changes({"other.yaml", "compose.yaml"}, set(), {"over.yaml", "vmlint.toml"}, False)
