"""The stages in order, for one edition, on one machine."""
