"""How often words of general language are used: data, and what reads it."""
