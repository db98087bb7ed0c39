"""The checker: which sentences stand on their posts. Shares nothing with the writers."""
