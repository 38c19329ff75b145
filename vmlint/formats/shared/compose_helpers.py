"""Kernel parameters that one service of a Compose file sets on the host, for all others."""

from __future__ import annotations

from collections.abc import Mapping

from vmlint.api import Cursor, Span, Spec

from .sysctls import set_by

MOST = 50
"""How many parameters count: every service of the file states each of them."""


def by_helpers(services: Mapping[str, Cursor]) -> dict[str, Span]:
    """Return the parameters, as ``name=value``, that privileged services set by ``sysctl -w``, with their places.

    One with profiles is started by those alone who ask for it.
    """
    found: dict[str, Span] = {}
    for service in services.values():
        if not service.at("privileged").flag or service.at("profiles"):
            continue
        shared = service.at("network_mode").text == "host"
        for part in (service.at("entrypoint"), service.at("command")):
            for text in set_by([part.text] if part.text else part.texts):
                if shared or not text.startswith("net."):  # such a parameter is one of the helper's own network
                    found.setdefault(text, part.span)
                if len(found) == MOST:
                    return found
    return found


def set_parameters(spec: Spec, on_the_host: dict[str, Span]) -> None:
    """Add the parameters of the host to those that a service sets itself."""
    own = spec.facts.get("deployment.sysctls")
    if on_the_host:
        both = {**on_the_host, **own.entries} if own else on_the_host  # shared by all that set none
        spec.entries("deployment.sysctls", both.items())
