"""Sandboxed containers (gVisor, Kata): what each cannot do."""

from __future__ import annotations
