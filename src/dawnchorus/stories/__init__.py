"""From posts to stories: which posts belong together, which matter, what is new."""
