"""The signals that end a process."""

from __future__ import annotations

import signal

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What ends a process at once, unless it asked to be told. Ctrl-C is told in any case."""
