"""The Python companion of Interleaf: draws the world, trains the tiny model, exports it for the browser."""
