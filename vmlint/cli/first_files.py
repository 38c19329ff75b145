"""The texts of the first files of a project: its settings, and a manifest to start from."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmlint.cli.survey import Guess, Survey

PATHS = 8
"""Folders that one override names; more are left to the user."""

SETTINGS = """\
{schema}# Settings of vmlint for this folder and everything below it.
# `vmlint init` found {found}.

profile = "default"  # minimal: errors that leave no doubt; strict: hints for an auditor as well
# fail-on = "error"  # the least severity that makes the exit status 1 (default: warning)
"""

MANIFEST = """\
{schema}# What one workload needs, and what was chosen to run it. Check it with `vmlint check`; ask `vmlint suggest`
# what else would fit. A fact that is left out is unknown, a requirement that is left out is not demanded.
apiVersion: vmlint/v1
kind: Workload
metadata:
  name: {name}
spec:
  kind: service
  environment: production

  # The software: what it brings, and what it insists on.
  guest:
    os: debian12  # `vmlint schema --guests` lists the ids
    platform: linux/amd64

  # What it demands of whatever runs it.
  requirements:
    isolation:
      tenancy: single  # or trusted-multi, untrusted-multi
    performance:
      class: standard  # or high, best-effort
    # startup: 30s
    # density: {{perHost: 4}}
    # mobility: {{liveMigration: required}}

  resources:
    cpu: 4
    memory: 8Gi

  # The machine underneath. `vmlint host > host.yaml` on that machine writes such a file.
  # hostRef: host.yaml

  # What was chosen. Leave it out to ask `vmlint suggest` first.
  deployment:
    platform: kvm  # `vmlint schema --platforms` lists the ids
    architecture: type1
"""


def manifest(name: str, schema: str = "") -> str:
    """Return a manifest that lints clean. ``schema`` is the path of its schema, for editors; none without."""
    return MANIFEST.format(name=name, schema=f"# yaml-language-server: $schema={schema}\n" if schema else "")


def settings(found: Survey, schema: str = "") -> str:
    """Return the settings for what was found. What names of folders do not settle is commented out."""
    head = SETTINGS.format(found=found, schema=f"#:schema {schema}\n" if schema else "")
    return head + "".join(_overrides(found.guesses))


def _overrides(guesses: Iterable[Guess]) -> Iterator[str]:
    ordered = sorted(guesses, key=lambda guess: (not guess.certain, guess.environment, guess.folder))
    for certain, same in itertools.groupby(ordered, key=lambda guess: guess.certain):
        yield (
            "\n# What runs there, by the names of the folders. What a file says of itself counts more.\n"
            if certain
            else "\n# Is this right, too? Then remove the signs before it.\n"
        )
        for environment, members in itertools.groupby(same, key=lambda guess: guess.environment):
            text = _override(environment, [guess.folder for guess in members])
            yield text if certain else "".join(f"# {line}\n" for line in text.splitlines())


def _override(environment: str, folders: list[str]) -> str:
    paths = ", ".join(_text(f"{folder}/**") for folder in folders[:PATHS])
    more = f"  # and {len(folders) - PATHS} more" if len(folders) > PATHS else ""
    return f'[[overrides]]\npaths = [{paths}]{more}\ncontext = {{environment = "{environment}"}}\n'


def _text(text: str) -> str:
    """Return a text as TOML writes it, in ASCII: names of folders may hold anything."""
    return json.dumps(text).replace("\x7f", "\\u007f")
