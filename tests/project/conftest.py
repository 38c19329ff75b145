"""What tests of settings share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a folder of documents, and the current folder two levels below its root."""
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "ops" / "catalog").mkdir(parents=True)
    (root / "ops" / "catalog" / "box.yaml").write_text("", "utf-8")
    (root / "deploy" / "web").mkdir(parents=True)
    monkeypatch.chdir(root / "deploy" / "web")
    return root
