"""Measures whole processes, ours and the peers', in one run on one machine: only the ratios travel. Not part of the product."""
