"""Stories to reports: choose evidence, write sentences, check them."""
