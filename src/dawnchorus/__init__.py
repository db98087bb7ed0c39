"""dawnchorus: reports on a topic's posts, every sentence of them checked against the posts it cites."""

__version__ = "0.1.0"
