"""Words to vmlint in a Compose file: the extension ``x-vmlint``, and labels."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from vmlint.api import Cursor, Span, Spec, limits


def hints_of(root: Cursor) -> Iterator[tuple[str, str, Span]]:
    """Yield a fragment of a manifest's `spec`, field by field."""
    pending = [(key, value) for key, value in root.entries.items() if key != "waivers"]
    for path, value in itertools.islice(iter(pending), limits.HINTS):
        if value.entries:
            pending += [(f"{path}.{key}", inner) for key, inner in value.entries.items()]
        elif value.items:
            yield path, f"[{', '.join(value.texts)}]", value.span
        elif value.text is not None:
            yield path, value.text, value.span


def take_waivers(spec: Spec, waivers: Cursor) -> None:
    """Take waivers, written as one text or as a list of texts."""
    for each in waivers.items[: limits.MEMBERS] or [waivers]:
        if each.given:
            spec.waiver(each.text or "[…]", each.span)


def labels_of(labels: Cursor) -> Iterator[tuple[str, str, Span]]:
    """Yield the labels that are meant for vmlint, written as a block or as a list of `key=value`."""
    for key, value in labels.entries.items():
        if key.startswith("vmlint/") and value.text is not None:
            yield f"labels.{key}", value.text, value.span
    for item in labels.items:
        key, found, text = (item.text or "").partition("=")
        if found and key.startswith("vmlint/"):
            yield f"labels.{key}", text, item.span
