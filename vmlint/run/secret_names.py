"""Which names stand before a secret: ``DB_PASSWORD``, ``vncpasswd``, ``RemoteDisplay.vnc.password``, ``userData``."""

from __future__ import annotations

from vmlint.patterns import lazy_pattern

_WORDS = lazy_pattern(r"[A-Z]++(?![a-z])|[A-Z]?[a-z]++|[0-9]++")
_SECRETS = frozenset(
    (
        "accesskey",
        "adminpw",
        "apikey",
        "auth",
        "authkey",
        "authorization",
        "cookie",
        "credential",
        "credentials",
        "dockercfg",
        "dockerconfigjson",
        "jwt",
        "pass",
        "passcode",
        "passphrase",
        "passwd",
        "passwds",
        "password",
        "passwords",
        "passwort",
        "privatekey",
        "psk",
        "pw",
        "pwd",
        "rootpw",
        "secret",
        "secretkey",
        "token",
        "tokens",
    )
)
_ENDINGS = ("password", "passwd", "passphrase", "apikey", "pass")
"""How one word can end that names a secret: ``cipassword``, ``vncpasswd``, ``requirepass``."""
_NO_PASS = frozenset(("bypass", "compass", "encompass", "overpass", "surpass", "trespass", "underpass"))
_LAST_OF_VARIABLE = frozenset(("pat", "pin"))
_WITHIN = frozenset(("jwt", "passphrase", "passwd", "password", "passwords", "passwort", "secret", "token"))
"""Words that make the name of an environment variable secret wherever they stand: ``DB_PASSWORD_OLD``."""
_ABOUT = frozenset(
    (
        "age",
        "algorithm",
        "count",
        "dir",
        "directory",
        "enabled",
        "endpoint",
        "exp",
        "expiration",
        "expires",
        "expiry",
        "file",
        "files",
        "host",
        "hours",
        "id",
        "issuer",
        "length",
        "lifetime",
        "limit",
        "minutes",
        "mode",
        "name",
        "names",
        "path",
        "paths",
        "policy",
        "port",
        "prefix",
        "ref",
        "seconds",
        "size",
        "store",
        "timeout",
        "ttl",
        "type",
        "uri",
        "url",
        "user",
        "username",
        "validity",
    )
)
"""Last words of a variable that is about a secret, or tells where it is."""
_KEYS = frozenset(
    (
        "access",
        "account",
        "api",
        "auth",
        "authkey",
        "encryption",
        "license",
        "luks",
        "master",
        "private",
        "rsa",
        "secret",
        "session",
        "shared",
        "signing",
        "ssh",
        "storage",
        "subscription",
        "tls",
        "vnc",
    )
)
"""Words before ``key`` that make it secret in any spelling."""
_OPEN_KEYS = frozenset(
    ("cache", "foreign", "group", "host", "partition", "primary", "pub", "public", "row", "sort", "topology")
)
"""Words before ``KEY`` that do not make it secret where the name is one of an environment variable."""
_PAYLOADS = frozenset(
    {("user", "data"), ("vendor", "data"), ("custom", "data"), ("string", "data"), ("basicauth", "users")}
)
"""What is handed to a machine or a container as a whole, often with credentials in it."""


def is_secret(name: str) -> bool:
    """Whether the value under a name is a secret."""
    words = _words(name)
    if not words:
        return False
    last = words[-1]
    if last in _SECRETS or (last.endswith(_ENDINGS) and last not in _NO_PASS):
        return True
    if _is_variable(name) and (last in _LAST_OF_VARIABLE or (last not in _ABOUT and not _WITHIN.isdisjoint(words))):
        return True
    before = words[-2] if len(words) > 1 else ""
    if last in ("key", "keys") and before:
        return before in _KEYS or (_is_variable(name) and before not in _OPEN_KEYS)
    return is_payload(name) or (last == "base" and before == "key")


def is_payload(name: str) -> bool:
    """Whether everything under a name is secret, however deep."""
    words = _words(name)
    return tuple(words[-2:]) in _PAYLOADS or words[-1:] in (["userdata"], ["vendordata"], ["customdata"], ["chpasswd"])


def _is_variable(name: str) -> bool:
    """Whether a name is spelt like one of an environment variable."""
    return name.rpartition(".")[2].isupper()


def _words(name: str) -> list[str]:
    """Return the words of a name in lower case, without the number or the encoding at its end."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while words and (words[-1].isdigit() or words[-1] in ("base", "b", "hash", "encoded", "plain", "text")):
        if words[-1] == "base" and not name.endswith(("64", "32")):
            break
        words.pop()
    return words
