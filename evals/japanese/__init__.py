"""A third language by data alone: Japanese sentences on Japanese and English posts, all invented."""
