"""What several rules share. A rule file imports from here and never from another rule."""
