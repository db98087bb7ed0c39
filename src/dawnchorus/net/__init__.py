"""The wire: guarded connections, bounded answers, how long a server wants to be left alone."""
