"""Decisions about changes: who wins a conflict, and what a change risks.

Pure: a policy sees one dispute, the risk gate sees one entity before and after. Nothing here asks a person or waits.
"""
