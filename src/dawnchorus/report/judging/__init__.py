"""The judge that asks a language model; it shares neither code nor prompt with the writers."""
