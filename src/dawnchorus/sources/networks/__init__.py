"""Sources that are fetched: a file a network, conversion is in ``sources.formats``."""
