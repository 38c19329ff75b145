"""Choosing among architectures and platforms (section 5 of the article)."""
