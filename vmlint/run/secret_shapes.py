"""Secrets that are known by their own shape, or by the command that they are handed to, whatever the name before them.

The prefixes are those that GitHub, GitLab, Slack, Stripe and npm document for their tokens (read on 2026-11-30), and
those by which keys of OpenAI, Google and AWS and signatures of Azure begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.patterns import lazy_pattern

SIGN = lazy_pattern(
    r"bearer|basic|curl|wget|mysql|mariadb|sshpass|https?://(?:[^\s@h]++|h(?!ttps?://))*+@"
    r"|hooks\.slack\.com|/api/webhooks/|api\.telegram\.org"
    r"|:[^\s/:@\"'<>$]{1,80}@[\w-]{1,80}[./:]"
    r"|--env|-e[\s\"',]+\w+=|creds|redis-cli|ldap\w+|mongo\w*\b|smbclient|htpasswd|unzip|7z|pass:|login"
    r"|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|[rs]k_live_|npm_|eyj|\bsk-|aiza|a[ks]ia|[?&]sig="
)
"""One of these is in every line with such a secret, in lower case."""
_HANDED = r"(?!\$|\{\{|%|(?:true|false|yes|no|\d{1,5})(?![\w-]))"
"""What does not begin the value of a variable that is filled in elsewhere, or that is a switch or a small number."""
_SHAPES = (
    # What a container is handed by an option: whatever the variable is called, it may be a secret.
    rf"(?<![\w-])(?:--env[=\s]|-e)[\s\"',]{{0,6}}[\"'][A-Z_][A-Z0-9_]{{0,80}}={_HANDED}(?P<quoted>[^\"']+)",
    rf"(?<![\w-])--env[=\s\"',]{{1,6}}[A-Za-z_]\w{{0,80}}=[\"']?{_HANDED}(?P<env>[^\s\"',\]]+)",
    rf"(?<![\w-])-e[\s\"',]{{1,6}}[A-Z_][A-Z0-9_]{{0,80}}=[\"']?{_HANDED}(?P<variable>[^\s\"',\]]+)",
    r"(?:--(?:src-|dest-)?creds|--registry-creds)[=\s\"',]{1,6}[^\s:\"',]{1,80}:(?P<creds>[^\s\"',]+)",
    r"\b(?:docker|podman|buildah|skopeo|helm|oras|nerdctl|regctl|az|gh)\b(?:(?!\blogin\b)[^|;&]){0,80}\blogin\b[^|;&]{0,200}?\s[\"']?-p[\s=\"',]{0,6}"
    r"(?P<login>(?!assword)[^\s\"',-][^\s\"',]*)",
    r"\bredis-cli\b[^|;&]{0,200}?\s[\"']?-a[\s\"',]{1,6}(?P<redis>[^\s\"',$]+)",
    r"\bldap(?:search|modify|add|delete|passwd|whoami)\b[^|;&]{0,200}?\s[\"']?-w[\s\"',]{1,6}(?P<ldap>[^\s\"',$]+)",
    r"\bmongo(?:sh|dump|restore|export|import|s|stat)?\b[^|;&]{0,200}?\s[\"']?-p[\s\"',]{1,6}(?P<mongo>[^\s\"',$-][^\s\"',]*)",
    r"\b(?:smbclient|rpcclient|net)\b[^|;&]{0,200}?\s(?:-U|--user)[\s=\"',]{0,6}[^\s%\"',]{1,80}%(?P<smb>[^\s\"',]+)",
    r"\bhtpasswd\s+-\w*b\w*[^|;&]{0,200}?\s[^\s\"',-]\S*\s(?P<htpasswd>[^\s\"',$|;&<>-][^\s\"',]*)\s*(?:$|[|;&<>\"'])",
    r"\b(?:unzip|zip)\b[^|;&]{0,200}?\s-P[\s\"',]{0,6}(?P<zip>[^\s\"',$]+)|\b7z\w?\b[^|;&]{0,200}?\s-p(?P<archive>[^\s\"',$]+)",
    r"(?<=pass:)(?<=[\s=\"',]pass:)(?P<openssl>[^\s\"',$]+)",
    r"\b(?:[Bb]earer|[Bb]asic)\s{1,4}(?P<header>[\w.~+/=-]{8,})",
    r"\b(?:curl|wget)\b[^|;&]{0,200}?\s(?:-u|--user)[\s=\"',]{1,6}[^\s:\"',]{1,80}:(?P<user>[^\s\"',]+)",
    r"\b(?:mysql\w*|mariadb[\w-]*)\b[^|;&]{0,200}?\s[\"']?-p(?P<mysql>[^\s\"',]+)",
    r"\bsshpass\b[\s\"',]{1,6}-p[\s\"',]{0,6}(?P<sshpass>[^\s\"',]+)",
    r"\bhttps?://(?P<userinfo>[^\s/:@\"'<>$]{16,})@",
    r"(?<![\w./@+-])(?!mailto:)[\w.+-]{1,80}:(?P<password>[^\s/:@\"'<>$]{1,80})@(?!sha\d{3}:)[\w-]{1,80}[./:]",
    r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<slack>[\w/]+)",
    r"/api/webhooks/(?P<webhook>[\w/-]+)",
    r"api\.telegram\.org/bot(?P<telegram>[\w:-]+)",
    r"\b(?P<token>(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|[rs]k_live_|npm_|sk-|AIza)[\w-]{16,})",
    r"\b(?P<key>A[KS]IA[A-Z0-9]{16})\b",
    r"[?&]sig=(?P<signature>[^\s&\"']{16,})",
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
