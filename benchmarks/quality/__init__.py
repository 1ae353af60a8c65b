"""How good is what is made of an article? Measured against people's own markings, on sets that are not in here."""
