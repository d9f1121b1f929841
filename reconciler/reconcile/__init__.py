"""The three moves: capture, integrate, converge; and what a person does with their results.

Everything here knows ports, never a library: the world is read again in each pass, and a pass may run twice.
"""
