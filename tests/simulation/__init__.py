"""A month of daily runs over all sources at once, with faults and kills; see docs/simulation.md."""
