"""Posts to stories a partition at a time, on one machine or many."""
