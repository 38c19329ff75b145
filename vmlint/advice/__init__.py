"""The advisor: what else would run the workload. It knows nothing of its own; it asks the rules."""

from vmlint.advice.advise import advise

__all__ = ["advise"]
