"""Merges of YAML (``<<``) as tools take them that are built on version 2 of go-yaml, such as kubectl and Incus."""

from __future__ import annotations

from vmlint.api import Cursor, File


def in_order(file: File, roots: list[Cursor]) -> list[Cursor]:
    """Return documents in which a merge counts where it stands: it sets anew what stands above it."""
    return [root.in_order() for root in roots] if b"<<" in file.searchable else roots
