"""One description a client: where its files are, what fields are called there, what it cannot hold.

To add a client see ``docs/adding-a-client.md``. An adapter has no code of its own; what it needs to say and cannot
is a missing word in ``reconciler.mapping``.
"""
