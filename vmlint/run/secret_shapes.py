"""Secrets that are known by their own shape, or by the command that they are handed to, whatever the name before them.

The prefixes are those that GitHub, GitLab, Slack, Stripe and npm document for their tokens (read on 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SIGN = re.compile(
    r"bearer|basic|curl|wget|mysql|mariadb|sshpass|https?://\S*@|hooks\.slack\.com|/api/webhooks/|api\.telegram\.org"
    r"|:[^\s/:@\"'<>$]{1,80}@[\w-]{1,80}[./:]"
    r"|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|[rs]k_live_|npm_|eyj"
)
"""One of these is in every line with such a secret, in lower case."""
_SHAPES = (
    r"\b(?:[Bb]earer|[Bb]asic)\s{1,4}(?P<header>[\w.~+/=-]{8,})",
    r"\b(?:curl|wget)\b[^|;&]{0,200}?\s(?:-u|--user)[\s=\"',]{1,6}[^\s:\"',]{1,80}:(?P<user>[^\s\"',]+)",
    r"\b(?:mysql\w*|mariadb[\w-]*)\b[^|;&]{0,200}?\s[\"']?-p(?P<mysql>[^\s\"',]+)",
    r"\bsshpass\b[\s\"',]{1,6}-p[\s\"',]{0,6}(?P<sshpass>[^\s\"',]+)",
    r"\bhttps?://(?P<userinfo>[^\s/:@\"'<>$]{16,})@",
    r"(?<![\w./@+-])(?!mailto:)[\w.+-]{1,80}:(?P<password>[^\s/:@\"'<>$]{1,80})@(?!sha\d{3}:)[\w-]{1,80}[./:]",
    r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<slack>[\w/]+)",
    r"/api/webhooks/(?P<webhook>[\w/-]+)",
    r"api\.telegram\.org/bot(?P<telegram>[\w:-]+)",
    r"\b(?P<token>(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|[rs]k_live_|npm_)[\w-]{16,})",
    r"\b(?P<jwt>eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*)",
)
_ANY = "|".join(_SHAPES)


def shapes(line: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where such secrets start and end in a line, and whether each is the password of an address."""
    for match in re.finditer(_ANY, line):
        yield *match.span(match.lastgroup or 0), match.lastgroup == "password"


def is_escaped(line: str, start: int, end: int) -> bool:
    """Whether a stretch of a line ends in an odd number of backslashes."""
    before = line[start:end]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
