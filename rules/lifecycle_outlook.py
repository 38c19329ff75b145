"""Lifecycle, looking ahead and around: what ends soon, what is only paid for, what is exposed although it ended."""

from __future__ import annotations
