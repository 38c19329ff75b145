"""What tests of commands that ask git share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Vmlint
from tests.repository import HERMETIC, Repository


@pytest.fixture
def repository(
    vmlint: Vmlint,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Repository:
    """An empty repository in the current folder."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, HERMETIC[name])
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("temporary")))
    return Repository(tmp_path)
