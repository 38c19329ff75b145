"""What the build does beyond pyproject.toml: it keeps in the wheel what no start should have to make again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

KEEP = """
from vmlint.catalog.files import DATA, DataFile
from vmlint.api import keep_index

for file in DATA.rglob("*.yaml"):
    DataFile(file).keep()
keep_index("vmlint_rules")
"""


class BuildAndKeep(build_py):
    """Copy the modules and the data; then parse the data of the copy, and list its rules (``catalog/kept.py``)."""

    def run(self) -> None:
        """Build. An editable install copies nothing and keeps nothing: edits count at once."""
        super().run()
        if self.editable_mode:
            return
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        subprocess.run([sys.executable, "-c", KEEP], cwd=self.build_lib, env=environment, check=True)  # noqa: S603

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Return what is built."""
        kept = [] if self.editable_mode else [str(file) for file in Path(self.build_lib).rglob("__kept__/*")]
        return [*super().get_outputs(include_bytecode), *kept]


setup(cmdclass={"build_py": BuildAndKeep})
