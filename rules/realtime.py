"""Real time: whether deadlines can be kept where the workload was put."""

from __future__ import annotations
