"""Clients: one row a target, and those that are here and not registered; what each differs in; modes."""
