"""How a setting is written, in the words of the file that a workload comes from."""

from __future__ import annotations

from vmlint.api import Workload, engine_version, setting_words

_ORCHESTRATORS = "kubernetes"
_ENGINES = "docker"
"""Whose words count for a platform that has none of its own."""


def in_its_words(workload: Workload, field: str, entry: str, who: str = "") -> str:
    """Return a setting as the workload's file writes it, or as the files of another layer (``who``) do.

    Empty where the file cannot express it; the manifest's own words where nothing is known of the file's.
    """
    deployment = workload.deployment
    platform = who or deployment.platform.get("id", "")
    reader = "" if who else workload.format
    release = engine_version(workload, platform) if platform else None
    version = release.numbers if release else ()
    found = setting_words(reader, platform, field, entry, version)
    if found is None and not who:
        if platform and workload.platform.placement == "orchestrator":
            found = setting_words(reader, _ORCHESTRATORS, field, entry, version)
        elif deployment.get("mode", "") in ("runc", "crun"):
            found = setting_words(reader, _ENGINES, field, entry)
    return f"deployment.{field}: {entry}" if found is None else found


def to_set(workload: Workload, field: str, entry: str) -> tuple[str, ...]:
    """Return the help that a setting is, in the words of the workload's file; none where these cannot express it."""
    words = in_its_words(workload, field, entry)
    return (f"set {words}",) if words else ()
