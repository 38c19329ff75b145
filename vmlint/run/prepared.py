"""Settings made ready for use: what they say about workloads and hosts is judged by the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vmlint.findings.problem import Unreadable
from vmlint.project.setting import ConfigError

if TYPE_CHECKING:
    from vmlint.reading.context import Context
    from vmlint.reading.file import File
    from vmlint.run.settings import Settings


def prepared(settings: Settings, open_reference: Callable[[str, str], File]) -> Settings:
    """Return settings with which files can be linted. Raises ``ConfigError`` for facts that the model does not take.

    It takes the model, which a run whose results are all kept does not import.
    """
    context = settings.context._replace(open_reference=open_reference)
    if settings.stated:
        from vmlint.project.facts import facts

        context = context._replace(given=facts(settings.stated), texts=settings.texts)
    if context.host_files:
        context = _with_hosts(context, settings)
    if settings.waivers:
        from vmlint.project.facts import check_fields

        check_fields(settings.waivers)
    return settings._replace(context=context)


def _with_hosts(context: Context, settings: Settings) -> Context:
    from vmlint.reading.hosts import with_hosts

    try:
        return with_hosts(context)
    except Unreadable as error:
        raise ConfigError(f"{_named(settings)}: line {error.problem.at.line}: {error.problem.message}") from None
    except ValueError as error:
        raise ConfigError(f"{_named(settings)}: {error}") from None


def _named(settings: Settings) -> str:
    from vmlint.run.by_file import host_at

    return host_at(settings.host) if settings.host is not None else "the host document"
