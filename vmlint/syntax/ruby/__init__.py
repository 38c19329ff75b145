"""A subset of Ruby, enough for configuration files such as Vagrantfiles: statements, blocks and literal values.

It reads assignments and calls with their arguments; blocks in ``do``/``end`` or braces with their parameters; the start
and end of conditions, loops and methods; texts, symbols, numbers and products of them; and names that the file sets
once to such a value. Everything else is computed, and so unknown. Nothing is evaluated. A file with unbalanced blocks
is refused, and so is one with more than a million characters.

Why no parser from PyPI? The only one is tree-sitter-ruby, measured in release 0.23.1 with tree-sitter 0.26.1 on Python
3.11. Both are compiled (wheels for Python 3.11 to 3.14 on the usual platforms, 4.4 MB installed, 19 ms to import, here
6 ms). It parses ten to twenty times faster (one millisecond for a Vagrantfile of 4,000 characters, here five). But it
returns the tree of the whole language, and the same statements, scopes and constants would still have to be extracted.
It repairs broken input silently; this reader refuses it. And a hostile file of 900,000 characters took 226 MB.
Vagrantfiles alone do not justify a native dependency.
"""

from vmlint.syntax.ruby.calls import Call
from vmlint.syntax.ruby.script import Script
from vmlint.syntax.ruby.statements import Statement, Step
from vmlint.syntax.ruby.tokens import Token

__all__ = ["Call", "Script", "Statement", "Step", "Token"]
