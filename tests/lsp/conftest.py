"""One editor, and the server that it started, for most tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pytest_lsp import client_capabilities

from tests.lsp.editor import Editor, start, stop


@pytest_asyncio.fixture(scope="session")
async def editor() -> AsyncIterator[Editor]:
    running = await start(client_capabilities("visual-studio-code"))
    yield running
    assert await stop(running) == 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The root of a project without any settings."""
    (tmp_path / ".git").mkdir()
    return tmp_path
