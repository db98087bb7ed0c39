"""One file per platform: its JSON or XML to posts, without any fetching."""
