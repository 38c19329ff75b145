"""What tests of runs share."""

from __future__ import annotations

import pytest

from vmlint.run import linter


@pytest.fixture
def linted(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Turns the cache on, in a folder of its own, and collects the names of the files that are linted."""
    monkeypatch.delenv("VMLINT_NO_CACHE", raising=False)
    monkeypatch.setenv("VMLINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    names: list[str] = []
    lint = linter.Linter.__call__

    def counted(self: linter.Linter, name: str) -> linter.Made:
        names.append(name)
        return lint(self, name)

    monkeypatch.setattr(linter.Linter, "__call__", counted)
    return names
