"""The workload as rules see it: facts, demands, and what follows from them."""
