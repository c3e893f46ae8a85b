"""Lines that come again: one story in twelve has one, and it is sung up to three times."""

from interleaf.stories.tale import Tale

SHARE = 0.08
SUNG = 3  # times at most
REFRAINS = (
    "One foot, two feet, on we go!", "Tip, tap, never mind the map!", "Slow and steady, I am ready!", "Over, under, round about!", "Hey ho, off I go!",
    "Step by step and bit by bit!", "Left and right and left again!", "Up the hill and down the hill!", "La la la and tra la la!", "Who goes there? Only me!",
    "Never mind and never fear!", "Here we come and there we go!",
)  # fmt: skip
SINGS = (
    '"{refrain}" sang {H}.',
    '"{refrain}" hummed {H}.',
    'And {h} sang, "{refrain}"',
    '"{refrain}" it went, once more.',
)


def sing(t: Tale) -> None:
    """The story's line, if it has one and has not sung it too often."""
    if not t.pages and t.troubles and t.chance(SHARE):
        t.notes["refrain"], t.notes["sung"] = t.pick(REFRAINS), 0
    if t.notes.get("sung", SUNG) < SUNG:
        t.notes["sung"] += 1
        t.say(SINGS[:-1] if t.notes["sung"] == 1 else SINGS)
