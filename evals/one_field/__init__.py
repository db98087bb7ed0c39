"""Stories of days on one field, where all posts share the words of the field."""
