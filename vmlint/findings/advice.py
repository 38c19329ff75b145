"""What rules may ask the advisor. It answers only what is asked: most workloads need no advice."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmlint.findings.verdict import Verdict


class Advice:
    """The advisor's verdict, computed on first use."""

    def __init__(
        self,
        current_errors: tuple[str, ...],
        compute: Callable[[], Verdict],
        find_one: Callable[[], bool],
        find_sure: Callable[[], bool],
        find_incurable: Callable[[], bool],
    ) -> None:
        self.current_errors = current_errors
        """Codes of the errors of the present choice."""
        self._compute = compute
        self._find_one = find_one
        self._find_sure = find_sure
        self._find_incurable = find_incurable

    @functools.cached_property
    def something_fits(self) -> bool:
        """Whether any candidate fits, perhaps under conditions; does not judge all of them."""
        return self._find_one()

    @functools.cached_property
    def something_surely_fits(self) -> bool:
        """Whether any candidate fits without conditions; does not judge all of them."""
        return self._find_sure()

    @functools.cached_property
    def incurable(self) -> bool:
        """Whether one and the same error of the present choice is an error of every candidate; asks its rules only."""
        return self._find_incurable()

    @functools.cached_property
    def verdict(self) -> Verdict:
        """All candidates, linted and ranked."""
        return self._compute()
