"""The people who may sign in, for admins."""
