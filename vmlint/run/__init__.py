"""From files to findings: which files, reading them, checking each."""
