"""What readers of several formats have in common: how values are read, and words of tools that others name."""
