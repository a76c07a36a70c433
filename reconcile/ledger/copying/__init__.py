"""Who seems to repeat whom without saying so: evidence, chance, and proposals."""
