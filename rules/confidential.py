"""Confidential machines: what encrypted memory rules out."""

from __future__ import annotations
