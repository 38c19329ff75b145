"""Rules on what a single format of specifications gets wrong (VM8xx): ordinary rules, one module a format."""
