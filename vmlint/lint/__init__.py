"""Rules and the engine that runs them on one workload."""
