"""First run: the clients found on this machine, what adopting them would do, and accepting exactly that."""
