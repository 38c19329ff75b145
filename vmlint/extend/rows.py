"""Checking rows of needs and offers: every feature, version, field and pattern that they name is one that is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vmlint.catalog import Catalog
from vmlint.catalog.software import image_name
from vmlint.model.features import FEATURE_LAYERS, FeatureNeed, read_need
from vmlint.model.paths import fields, no_such_field
from vmlint.model.values import VersionRange
from vmlint.words import did_you_mean, nearest

Fault = tuple[tuple[str, ...], str]
"""The path of a value below the facts of an entry, and what is wrong with it."""

_BEARERS = ("images", "platforms", "guests")


def program_faults(program: Mapping[str, Any], catalog: Catalog) -> Iterator[Fault]:
    """Yield what is wrong with the facts that a program's document or file states."""
    for number, image in enumerate(program.get("images", ())):
        plain = image_name(image).repository
        if image.rpartition("/")[2] != plain.rpartition("/")[2]:
            yield ("images", str(number)), f"image {image!r} has a tag; write {plain!r}, and the tags as `versions`"
        elif image != plain:
            yield ("images", str(number)), f"image {image!r} is never found; write it as {plain!r}"
    for number, id in enumerate(program.get("platforms", ())):
        if catalog.platform(id) is None:
            hint = did_you_mean(catalog.nearest_platform(id), "`vmlint schema --platforms` lists them")
            yield ("platforms", str(number)), f"there is no platform {id!r}; {hint}"
    for number, id in enumerate(program.get("guests", ())):
        if not _is_guest(id, catalog):
            hint = did_you_mean(catalog.nearest_guest(id.rstrip("*")), "`vmlint schema --guests` lists them")
            yield ("guests", str(number)), f"there is no guest {id!r}; {hint}"
    for number, need in enumerate(program.get("needs", ())):
        for path, message in _need_faults(need, catalog):
            yield ("needs", str(number), *path), message


def without_bearer(program: Mapping[str, Any]) -> str:
    """Return what is wrong with a whole entry that nothing can lead to; empty where that is not so."""
    named = any(program.get(key) for key in _BEARERS)
    return "" if named else "it names none of the `images`, `platforms` or `guests` that bring the program"


def offer_faults(rows: Iterable[Mapping[str, Any]], catalog: Catalog) -> Iterator[Fault]:
    """Yield what is wrong with the rows of a layer, each path beginning with the number of the row."""
    for number, row in enumerate(rows):
        for path, message in _offer_faults(row, catalog):
            yield (str(number), *path), message


def layer_fault(id: str) -> str:
    """Return what is wrong with the layer that a feature's id begins with; empty where it is one."""
    layer = id.partition(".")[0]
    if layer in FEATURE_LAYERS:
        return ""
    hint = did_you_mean(nearest(layer, FEATURE_LAYERS), f"there are {', '.join(FEATURE_LAYERS)}")
    return f"the id of a feature begins with its layer, and {layer!r} is none; {hint}"


def _need_faults(need: Mapping[str, Any], catalog: Catalog) -> Iterator[Fault]:
    try:
        needed = read_need(need["feature"])
    except ValueError as error:
        yield ("feature",), layer_fault(need["feature"]) or f"{need['feature']!r}: {error}"
    else:
        if message := layer_fault(needed.id) or _unknown(needed.id, catalog) or _misbound(needed, catalog):
            yield ("feature",), message
    yield from _version_faults(need)
    for path, pattern in _patterns(need):
        try:
            re.compile(pattern)
        except re.error as error:
            yield path, f"{pattern!r} is no regular expression: {error}"


def _patterns(need: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the regular expressions of a need, each with its path."""
    when = need.get("when", {})
    yield from (((key,), need[key]) for key in ("tags", "notTags") if key in need)
    yield from ((("when", key), when[key]) for key in ("command", "mounts", "notMounts") if key in when)
    for key in ("environment", "notEnvironment"):
        yield from ((("when", key, name), pattern) for name, pattern in when.get(key, {}).items())


def _offer_faults(row: Mapping[str, Any], catalog: Catalog) -> Iterator[Fault]:
    features = row["feature"]
    for number, id in enumerate([features] if isinstance(features, str) else features):
        if message := layer_fault(id) or _unknown(id, catalog):
            yield ("feature", *([] if isinstance(features, str) else [str(number)])), message
    yield from _version_faults(row)
    for number, mode in enumerate(row.get("modes", ())):
        if mode not in catalog.modes:
            hint = did_you_mean(nearest(mode, catalog.modes), f"there are {', '.join(catalog.modes)}")
            yield ("modes", str(number)), f"there is no mode {mode!r}; {hint}"
    for field in row.get("when", {}):
        if message := _no_value(field):
            yield ("when", field), message
    for number, grant in enumerate(row.get("grant", ())):
        for name in grant:
            if message := _no_value(f"deployment.{name}"):
                yield ("grant", str(number), name), message


def _no_value(path: str) -> str:
    """Return that a path is no field with a value; empty where it is one."""
    field = fields().get(path)
    if field is None:
        return no_such_field(path)
    return f"{path} is a group of fields; name one of them" if field.group else ""


def _version_faults(row: Mapping[str, Any]) -> Iterator[Fault]:
    try:
        wanted = VersionRange(row.get("versions", "0"))
    except ValueError as error:
        yield ("versions",), f"versions: {row['versions']!r}: {error}"
        return
    for _, bound in wanted.bounds:
        if bound.has_suffix:
            numbers = ".".join(map(str, bound.numbers))
            yield (
                ("versions",),
                f"versions: {bound} would count as {numbers}, as what stands behind the leading numbers is not "
                "compared; name such releases by their `tags`",
            )


def _unknown(id: str, catalog: Catalog) -> str:
    """Return that nothing describes a feature, with the id that was probably meant; empty where something does."""
    if catalog.features.is_known(id):
        return ""
    hint = did_you_mean(catalog.features.nearest(id), "describe it in a document of kind Feature")
    return f"there is no feature {id!r}; {hint}"


def _misbound(need: FeatureNeed, catalog: Catalog) -> str:
    """Return what is wrong with the bound of a need; empty where nothing is."""
    known = catalog.feature(need.id)
    wrong = need.misbound(known.bound, only_value=known.only_value) if known else ""
    hint = f"write such as {need.id}{known.bound}" if known and known.bound else f"write {need.id}"
    return f"{wrong}; {hint}" if wrong else ""


def _is_guest(pattern: str, catalog: Catalog) -> bool:
    stem = pattern.removesuffix("*")
    if stem == pattern:
        return catalog.guest(pattern) is not None
    known: Sequence[str] = [*catalog.guests, *catalog.guests.stems]
    return any(id.startswith(stem) or (stem and stem.startswith(id)) for id in known)
