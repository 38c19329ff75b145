"""Type 2 hypervisors (section 1.2 of the article)."""
