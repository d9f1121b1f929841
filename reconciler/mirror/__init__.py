"""PostgreSQL: a projection of Git, and beside it what Git does not hold: sessions, audit, accounts, status.

The only home of SQLAlchemy, Alembic and psycopg. Stores and finds values; never parses, merges or decides.
"""
