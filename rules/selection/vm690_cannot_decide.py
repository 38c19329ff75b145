from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Undecided, Unknown, Workload, finding, rule

from ..shared.wording import listed


@rule(
    "VM690",
    "cannot-decide",
    Severity.NOTE,
    article=("CH-1",),
    stage="undecided",
    optional=True,
)
def cannot_decide(workload: Workload, undecided: tuple[Undecided, ...]) -> Iterator[Finding]:
    """An unknown fact is neither true nor false: rules that need it report nothing.

    ## Why

    A file without findings may simply say too little. For each workload, one line names the fields for want of which
    rules that could object were left undecided; `--undecided` shows more of each. `vmlint host` prints the fields under
    `host` for the machine it runs on. The rule is off unless it is selected.

    ## When it stays silent

    Facts that vmlint's own catalogue lacks are not listed, as nobody can declare them in a manifest. Where nothing but
    such facts is missing, this rule is undecided itself.
    """
    del workload
    able = sorted(
        (missing for missing in undecided if missing.severity == Severity.ERROR),
        key=lambda missing: (missing.in_catalog, missing.path, missing.code),
    )
    if able and able[0].in_catalog:
        raise Unknown(able[0].path)
    able = [missing for missing in able if not missing.in_catalog]
    if able:
        codes = dict.fromkeys(sorted(missing.code for missing in able))
        first, *others = dict.fromkeys(missing.path for missing in able)
        yield finding(first, f"declare {listed((first, *others))} to check {listed(codes)}", because=others)
