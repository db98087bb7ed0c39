"""Small servers that speak the wire formats of networks, with faults; the sources are tested on them."""
