"""The words of the product as values: entities, their fields, conflicts, problems.

Nothing here reads a disk, a clock or the network, and nothing here knows a client by name.
"""
