"""A subset of Ruby, enough for configuration files such as Vagrantfiles: statements, blocks and literal values.

What is read: assignments and calls with their arguments, blocks of ``do``/``end`` and braces with their parameters,
conditions, loops and methods (where they begin and end), texts, symbols, numbers and products of them, and names that
the file sets once to such a value. Everything else is computed, and so unknown: nothing is evaluated. A file whose
blocks and ends do not match is refused; so is one of more than a million characters.

Why no parser from PyPI: the only one is tree-sitter-ruby, measured in release 0.23.1 with tree-sitter 0.26.1 on Python
3.11. The two are compiled (wheels for Python 3.11 to 3.14 on the usual platforms, 4.4 MB installed, 19 ms to import
against 6 ms here). It parses ten to twenty times faster (one millisecond for a Vagrantfile of 4,000 characters, five
here), but yields the tree of the whole language, out of which the same statements, scopes and constants would have to
be picked; it repairs broken input silently, where this reader refuses; and a hostile file of 900,000 characters took
226 MB. Vagrantfiles alone do not justify a native dependency.
"""

from vmlint.syntax.ruby.calls import Call
from vmlint.syntax.ruby.script import Script
from vmlint.syntax.ruby.statements import Statement, Step
from vmlint.syntax.ruby.tokens import Token

__all__ = ["Call", "Script", "Statement", "Step", "Token"]
