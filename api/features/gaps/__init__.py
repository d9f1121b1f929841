"""What clients cannot hold, and accepting that."""
