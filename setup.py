"""What the build does beyond pyproject.toml: it parses the catalogue's data once, so that no start has to."""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

sys.path.insert(0, str(Path(__file__).parent))


class ParsedData(build_py):
    """Copy the modules and the data, and keep the parsed content beside each data file of the copy."""

    def run(self) -> None:
        """Build. An editable install copies nothing and keeps nothing: edits of the data must count at once."""
        super().run()
        if not self.editable_mode:
            for file in self._data_files():
                file.keep()

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Return what is built."""
        from vmlint.catalog import parsed

        kept = [] if self.editable_mode else [str(parsed.beside(file.path)) for file in self._data_files()]
        return [*super().get_outputs(include_bytecode), *kept]

    def _data_files(self):
        from vmlint.catalog.files import DataFile

        return [DataFile(path) for path in sorted(Path(self.build_lib, "vmlint/catalog/data").rglob("*.yaml"))]


setup(cmdclass={"build_py": ParsedData})
