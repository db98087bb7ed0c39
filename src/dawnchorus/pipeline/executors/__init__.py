"""Who runs the tasks of a plan: this process, or Ray."""
