"""The servers that `up` brings along: PostgreSQL and a Redis-compatible one, started, watched and stopped.

Starts programs and looks after their folders; never speaks SQL, and knows nothing of what is kept in the servers.
"""
