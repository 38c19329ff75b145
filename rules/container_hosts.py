"""Where containers run (section 3 of the article): hidden machines, system containers, old user lands."""

from __future__ import annotations
