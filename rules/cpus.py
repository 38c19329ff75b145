"""Processors: the instructions that a guest needs, and the CPU model that a machine shows it."""

from __future__ import annotations
