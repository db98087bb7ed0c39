"""The door to the network: polite, bounded, guarded."""
