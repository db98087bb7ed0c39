"""The outside world to posts: files, dumps and (later) networks."""
