"""What the environment and the command line say, as a layer over every settings file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vmlint.findings.severity import Severity
from vmlint.patterns import lazy_pattern
from vmlint.project.folders import named_folder
from vmlint.project.keys import KEYS, SEVERITY_WORDS, by_name
from vmlint.project.layers import Excludes, Layer, covers
from vmlint.project.origin import Located, Named, Several
from vmlint.project.setting import LOCAL, OF_THE_RUN, PREFIX, SAID, ConfigError, Setting
from vmlint.words import did_you_mean, nearest

if TYPE_CHECKING:
    from vmlint.project.rule_words import RuleWords

_NEXT_FACT = lazy_pattern(r",(?=\s*[A-Za-z][\w.-]*=)")
"""What separates facts in a variable of the environment, whose values can be lists."""


def variable(key: str) -> str:
    """Return the variable of the environment that says a key: ``VMLINT_FAIL_ON``."""
    return PREFIX + key.upper().replace("-", "_")


def of_environment(environment: Mapping[str, str], words: RuleWords) -> Layer | None:
    """Return what the variables of the environment say; ``None`` for nothing. Raises ``ConfigError``."""
    _refuse_empty(environment)
    said = {key: environment[variable(key)] for key in SAID if variable(key) in environment}
    _refuse_misspelt(environment)
    return _layer({key: (variable(key), [text]) for key, text in said.items()}, words)


def of_options(options: Mapping[str, Iterable[str]], words: RuleWords) -> Layer | None:
    """Return what options say, each with the texts that were given; ``None`` for nothing. Raises ``ConfigError``."""
    return _layer({key: (f"--{key}", [*texts]) for key, texts in options.items() if texts}, words)


def _refuse_empty(environment: Mapping[str, str]) -> None:
    """Raise ``ConfigError`` for a variable without a value: it would count as not set, which nobody may have meant."""
    for name in (*map(variable, SAID), "VMLINT_CONFIG", "VMLINT_CACHE_DIR"):
        if environment.get(name) == "":
            raise ConfigError(f"{name} is empty; give it a value, or unset it")


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    known = {*map(variable, SAID), *OF_THE_RUN}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            near = nearest(name.removeprefix(PREFIX), [each.removeprefix(PREFIX).lower() for each in sorted(known)])
            if near:  # any other may be somebody's own
                raise ConfigError(f"{name}: there is no such variable; {did_you_mean(PREFIX + near.upper())}")


def _layer(said: Mapping[str, tuple[str, list[str]]], words: RuleWords) -> Layer | None:
    settings = [
        Setting(key if name is None else f"{key}.{name}", value, Named(origin))
        for key, (origin, texts) in said.items()
        for name, value in _read(key, origin, texts, words)
    ]
    return Layer(tuple(settings)) if settings else None


def _read(key: str, origin: str, texts: list[str], words: RuleWords) -> Iterator[tuple[str | None, Any]]:
    """Yield what one variable or option says: the name in a table, and the value."""
    if key in ("profile", "fail-on"):
        yield None, _one_of(origin, texts[-1], by_name(KEYS)[key].words)
    elif key == "select":
        yield None, tuple(_rules(origin, texts, words))
    elif key == "ignore":
        for word in _rules(origin, texts, words):
            if fault := words.unignored(word):
                raise ConfigError(f"{origin}: {fault}")
            yield None, word
    elif key == "severity":
        for text in _split(origin, texts):
            word, sign, severity = text.partition("=")
            rule = words.named(word.strip())
            if rule is None:
                fault = words.unmatched(word.strip()) or f"{word!r} names several rules; write one"
                raise ConfigError(f"{origin}: {fault}")
            if not sign:
                raise ConfigError(f"{origin}: {text!r} names no severity; write {text}=note")
            chosen = Severity[_one_of(f"{origin} {word.strip()}", severity.strip(), SEVERITY_WORDS).upper()]
            if fault := words.unlowered(rule, chosen):
                raise ConfigError(f"{origin}: {fault}")
            yield rule.code, chosen
    elif key == "exclude":
        base = os.path.join(os.path.realpath(os.curdir), "")  # noqa: PTH118
        for text in _split(origin, texts):
            yield None, Excludes(text, covers([text], base))
    elif key == "catalog":
        for text in texts:
            for name in _paths(origin, text):
                yield None, named_folder(name, origin)
    elif key == "context":
        every = (part for text in texts for part in (_NEXT_FACT.split(text) if origin.startswith(PREFIX) else [text]))
        yield from dict(_fact(origin, part) for part in every).items()
    else:
        names = [name for text in texts for name in _paths(origin, text)]
        parts = tuple(LOCAL if name == LOCAL else Located(Path(name), name) for name in names)
        yield None, parts[0] if len(parts) == 1 else Several(parts)


def _paths(origin: str, text: str) -> list[str]:
    """Return the paths of a text: of a variable, all in its list, of which empty ones name nothing."""
    if not origin.startswith(PREFIX):
        return [text]
    found = [name for name in text.split(os.pathsep) if name]
    if not found:
        raise ConfigError(f"{origin}: the list has empty entries only")
    return found


def _fact(origin: str, text: str) -> tuple[str, str]:
    """Return a fact about workloads: its path and its value. The model judges both once a file is read."""
    path, sign, value = (part.strip() for part in text.partition("="))
    if not (path and sign and value):
        raise ConfigError(f"{origin}: {text!r} is no fact; write FACT=VALUE, such as environment=production")
    return path, value


def _split(origin: str, texts: Iterable[str]) -> list[str]:
    words = [word.strip() for text in texts for word in text.split(",")]
    if not all(words):
        raise ConfigError(f"{origin}: the list has an empty entry")
    return words


def _rules(origin: str, texts: Iterable[str], words: RuleWords) -> list[str]:
    found = [word.strip() for text in texts for word in text.split(",")]
    if not all(found):
        raise ConfigError(f"{origin}: the list has an empty entry; write codes, prefixes of codes, or names")
    faults = [fault for word in found if (fault := words.unmatched(word))]
    if faults:
        raise ConfigError(f"{origin}: {'; '.join(faults)}")
    return found


def _one_of(origin: str, word: str, allowed: tuple[str, ...]) -> str:
    if word not in allowed:
        near = nearest(word, allowed)
        hint = f"; {did_you_mean(near)}" if near else ""
        raise ConfigError(f"{origin}: expected one of {', '.join(allowed)}, not {word!r}{hint}")
    return word
