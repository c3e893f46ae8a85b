"""Training of the tiny model, one file per stage."""
