"""A plain command line means the same without argparse as with it."""

from __future__ import annotations

from importlib import import_module

import pytest

from vmlint import cli
from vmlint.cli import plain

PLAIN = """\
check
check a.yaml
check a.yaml b.yaml -
check --format json a.yaml
check --format=json a.yaml
check a.yaml --format concise --fail-on error
check --select VM4,VM5 --select VM603 --ignore VM101 --profile strict a.yaml
check --today 2026-11-22 --host local --undecided --coverage --allow-empty
check --on kvm@1=2 --catalog here --catalog there --config x.toml
check --stdin-filename a.yaml - --host= --format text --format json
suggest a.yaml
suggest a.yaml b.yaml
suggest --workload web --all a.yaml
facts
facts --formats
facts a.yaml --stdin-filename x
explain VM403 VM404
rules --format json
host --name here
init
init --force folder
plugins
check --jobs 2 --no-cache .
check -j 2 a.yaml
check -- a.yaml
check --allow-empty -- --on=esxi.yaml -q a.yaml
suggest -- a.yaml
check --isolated --exclude old/,*.bak --severity VM407=note a.yaml
facts --exclude old/ a.yaml
lsp
lsp --stdio
lsp --profile strict --today 2026-11-22
"""
NOT_PLAIN = """\
lsp here
cache info
check --help
check -h
check a.yaml --format json b.yaml
check --fail-on xml
check --format
check --format --coverage
check --form json
check --jobs 0
check -j2
check a.yaml -- b.yaml
check --no-cache=1
cache info
check --coverage=yes
check -x
check --today yesterday
suggest
explain
init one two
host here
schema --list
config show a.yaml
schema workload
baseline write
baseline update --add a.yaml
baseline show
"""


@pytest.mark.parametrize("line", PLAIN.splitlines())
def test_what_is_plain(line: str) -> None:
    command, *words = line.split(" ")
    module = import_module(f"vmlint.cli.{command}")
    read = plain.read(module.add_arguments, words)
    assert read is not None
    assert vars(read) == vars(cli._parsed(f"vmlint {command}", module, words))


@pytest.mark.parametrize("line", NOT_PLAIN.splitlines())
def test_what_is_left_to_argparse(line: str) -> None:
    command, *words = line.split(" ")
    assert plain.read(import_module(f"vmlint.cli.{command}").add_arguments, words) is None


def test_every_command_is_covered() -> None:
    assert {line.split(" ")[0] for line in (PLAIN + NOT_PLAIN).splitlines()} == set(cli.COMMANDS)
