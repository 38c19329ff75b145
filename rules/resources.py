"""Resources of a machine against what guest, platform and host can take."""

from __future__ import annotations
