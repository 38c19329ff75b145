"""Comments in JSON become spaces, and nothing else moves."""

from __future__ import annotations

import pytest

from vmlint.syntax.json_comments import without_comments


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('{"a": 1} // b', '{"a": 1}     '),
        ('{"a": /* b */ 1}', '{"a":         1}'),
        ('{"a": "http://b", "c": "/* d */"}', '{"a": "http://b", "c": "/* d */"}'),
        ('{"a": "b\\"//c"} //d', '{"a": "b\\"//c"}    '),
        ("/* a\nb */{}", "    \n    {}"),
        ("// a\r\n{}", "    \r\n{}"),
        ("{} /* never closed", "{}                "),
        ('{"never closed // a\n} // b', '{"never closed // a\n}     '),
        ('"a\\', '"a\\'),
        ("1 / 2", "1 / 2"),
        ("no comment", "no comment"),
        ('{"a": "\\ud83d\\uDE00 b"} \\ud83d', '{"a": "\\U0001f600   b"} \\ud83d'),
        ('"\\\\ud83d\\u00e9 \\ud83d"', '"\\\\ud83d\\u00e9 \\ud83d"'),
    ],
)
def test_comments(text: str, plain: str) -> None:
    assert without_comments(text) == plain


@pytest.mark.parametrize(
    "text", ["/*/" * 300_000, '"\\' * 300_000, '"a\n' * 300_000, "/" * 900_000, '"\\u' + "\\ud83d" * 150_000]
)
def test_hostile_text_keeps_its_length(text: str) -> None:
    assert len(without_comments(text)) == len(text)
