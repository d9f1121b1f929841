"""The central repository: a bare Git repository, the only home of pygit2.

Nothing here merges, parses an entity or decides what to write. Reading references never imports pygit2, which costs
0.1 s: a pass with nothing to do reads references and stops.
"""
