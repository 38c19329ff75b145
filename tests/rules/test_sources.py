"""What rules rest on: documents that the catalogue lists as sources, and statements of the article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from tests.catalog.test_data import MISLEADING
from vmlint.catalog import Catalog
from vmlint.extend.plugins import load
from vmlint.lint.rule import Rule
from vmlint.words import nearest

CATALOG = Catalog()
each_rule = pytest.mark.parametrize("rule", load().rules, ids=lambda rule: rule.code)


def wrong(part: str, words: Iterable[str], known: Iterable[str], page: str) -> Iterator[str]:
    ids = {id.lower(): id for id in known}
    for word in words:
        if word not in ids.values():
            near = nearest(word, ids)
            yield f"{part} has {word!r}; {f'did you mean {ids[near]!r}? ' if near else ''}{page} lists them all"


@each_rule
def test_sources_and_statements_exist(rule: Rule) -> None:
    problems = [
        *wrong("sources", rule.sources, CATALOG.sources, "docs/sources.md"),
        *wrong("article", rule.article, CATALOG.article["statements"], "docs/article.md"),
    ]
    assert not problems, f"{rule.code}: {' and '.join(problems)}"


@each_rule
def test_no_misleading_statement_is_cited_as_a_fact(rule: Rule) -> None:
    assert not MISLEADING & set(rule.article) or rule.code in ("VM305", "VM501")  # these two correct the statement
