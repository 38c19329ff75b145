"""How many examples the tests of properties try."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("VMLINT_TEST_EXAMPLES", "1"))
"""``make test-thorough`` tries more of them than the suite has time for."""


def examples(number: int) -> settings:
    """Return the decorator of a property that the suite tries with this number of examples."""
    return settings(max_examples=number * TIMES, suppress_health_check=list(HealthCheck))
