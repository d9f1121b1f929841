"""What the program says of itself, on its way out: never waited for, never a secret."""
