"""Changes that are held for an approver: look, approve, reject. They are taken as they are, bound to their content."""
