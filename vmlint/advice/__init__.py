"""The advisor: candidates for a workload, linted by the same rules, scored and ranked."""
