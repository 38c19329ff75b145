"""Hypervisors beside each other on one host: what the Windows hypervisor leaves to the others."""

from __future__ import annotations
