"""From bytes to trees whose nodes know their place. Knows no workload."""
