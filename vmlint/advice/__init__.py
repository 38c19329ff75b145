"""The advisor: candidates for a workload, judged by the same rules, scored and ranked."""
