"""`reconciler.yaml`: what settles conflicts, and what waits for an approver."""
