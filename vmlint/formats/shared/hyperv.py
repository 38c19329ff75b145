"""What follows from the generation of a machine of Hyper-V."""

from __future__ import annotations

from vmlint.api import Spec, Term

from .paths import FIRMWARE, SECURE_BOOT, TPM

GENERATION = "deployment.generation"


def generation(term: Term) -> str | None:
    """Read the generation."""
    return str(term.number) if term.number in (1, 2) else None


def of_generation(spec: Spec) -> bool:
    """State the firmware that a machine's generation has. Return whether it is 2, where more can be chosen."""
    fact = spec.facts.get(GENERATION)
    if fact is None:
        return False
    if fact.value == "1":
        why = "a machine of generation 1 has a BIOS, no Secure Boot and no TPM"
        spec.default(FIRMWARE, "bios", why, fact.at)
        spec.default(SECURE_BOOT, False, why, fact.at)
        spec.default(TPM, "none", why, fact.at)
        return False
    spec.default(FIRMWARE, "uefi", "a machine of generation 2 has UEFI", fact.at)
    return True
