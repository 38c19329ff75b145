"""What readers of several formats have in common: how values are read, and words of one tool that others use."""
