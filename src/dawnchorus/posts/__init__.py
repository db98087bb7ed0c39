"""Posts to posts: window, cleaning, language, relevance, duplicates."""
