"""What recorded passes and exports left to look at; masked since they were kept."""
