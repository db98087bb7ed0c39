"""Events told in several languages, and whether their posts are found to be one story."""
