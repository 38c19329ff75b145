"""Images: whether they are pinned, where they come from, and on which platforms they run."""

from __future__ import annotations
