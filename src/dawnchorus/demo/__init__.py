"""Three days of invented posts about an invented industry, and its topic file."""
