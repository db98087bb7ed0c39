"""Names that are one in several languages: aliases.txt and a file for each further language, data only."""
