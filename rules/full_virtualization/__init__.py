"""Full virtualization (section 4 of the article)."""
