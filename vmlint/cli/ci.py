"""A step of CI that runs vmlint, for GitHub and GitLab, and how CI installs the vmlint that runs here."""

from __future__ import annotations

import json
from pathlib import Path

from vmlint import __version__
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
SETUP_PYTHON = "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0"
PYTHON = "3.13"

# `pip`, not `python -m pip`: that one would import modules of the repository that is linted.
GITHUB = """\
name: vmlint
on: [push, pull_request]
permissions: {{}}
jobs:
  vmlint:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: {checkout}
        with:
          fetch-depth: 0
          persist-credentials: false
      - uses: {setup_python}
        with:
          python-version: "{python}"
      - run: {install}
      - if: github.event_name != 'pull_request'
        run: vmlint check
      # By the settings and waivers of the branch that it is merged into: a branch does not judge itself.
      - if: github.event_name == 'pull_request'
        env:
          BASE: ${{{{ github.event.pull_request.base.sha }}}}
        run: vmlint check --policy-from "$BASE"
"""
GITLAB = """\
vmlint:
  image: python:{python}
  script:
    - {install}
    # By the settings and waivers of the branch that it is merged into: a branch does not judge itself.
    - |
      base="${{CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-$CI_DEFAULT_BRANCH}}"
      policy=
      if [ -n "${{CI_MERGE_REQUEST_IID:-}}" ] || [ "$CI_COMMIT_REF_NAME" != "$base" ]; then
        git fetch --quiet --depth=1 origin "refs/heads/$base"
        policy=$(git rev-parse FETCH_HEAD)
      fi
      vmlint check --output gitlab:vmlint-code-quality.json --output text ${{policy:+--policy-from "$policy"}}
  artifacts:
    when: always
    reports:
      codequality: vmlint-code-quality.json
"""
UNKNOWN = 'echo "put here what installs vmlint" >&2; exit 1'
"""What stands for the installation of a vmlint from a folder: a name that nobody released could be anybody's."""
_HARMLESS = lazy_pattern(r"[A-Za-z0-9._~:/@%+=-]+")


class Step(NamedTuple):
    """What runs vmlint on one CI host."""

    file: str
    """The file that holds it, relative to the root of the repository."""
    shared: bool
    """Whether that file holds other jobs too, so that it is never written anew."""
    text: str


def seen(root: Path) -> str | None:
    """Return the CI host that a repository is made for: ``github`` or ``gitlab``; ``None`` if nothing tells."""
    if (root / ".github").is_dir():
        return "github"
    if (root / ".gitlab-ci.yml").is_file() or (root / ".gitlab").is_dir():
        return "gitlab"
    return None


def step(host: str, requirement: str) -> Step:
    """Return the step for ``github`` or ``gitlab``. It fails where no ``requirement`` says what to install there."""
    install = f'pip install "{requirement}"' if requirement else UNKNOWN
    how = {"checkout": CHECKOUT, "setup_python": SETUP_PYTHON, "python": PYTHON, "install": install}
    if host == "github":
        return Step(".github/workflows/vmlint.yml", shared=False, text=GITHUB.format(**how))
    return Step(".gitlab-ci.yml", shared=True, text=GITLAB.format(**how))


def installation() -> str:
    """Return what `pip install` takes to get the vmlint that runs here: the same commit, archive, or version.

    Empty where it was installed from a folder, or from an address that is not to be shown: no other machine gets it.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        recorded = distribution("vmlint").read_text("direct_url.json")
    except PackageNotFoundError:
        return ""
    if recorded is None:
        return f"vmlint=={__version__}"
    origin = json.loads(recorded)
    address = str(origin.get("url", ""))
    version = origin.get("vcs_info")
    if version:
        address = f"{version.get('vcs', 'git')}+{address}@{version.get('commit_id', '')}"
    if "dir_info" in origin or address.startswith("file:") or "@" in address.partition("://")[2].partition("/")[0]:
        return ""  # a folder here, or an address with a password
    return f"vmlint @ {address}" if _HARMLESS.fullmatch(address) else ""
