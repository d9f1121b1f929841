"""Whether the program is alive, and whether it has looked at everything. Public: they tell nothing else."""
