"""Licences: what a platform or an edition of it costs, against what the workload may spend."""

from __future__ import annotations
