"""The groups of fields of a workload, a module for each block of the format."""
