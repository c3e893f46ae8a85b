"""What somebody feels, in words that a picture can show."""

from interleaf.stories.tale import Tale

SAID = {
    "happy": (
        "{hh} was happy.", "{hh} felt very happy.", "{hh} laughed out loud.", "{hh} beamed all over.", "{hh} jumped for joy.",
        "{hh} smiled from ear to ear.", "{hh} was so happy that {he} hopped on one foot.", "{hh} was glad, and it showed.",
        "{hh} danced for joy.", "How happy {hh} was!", "{hh} felt happy from top to toe.", "{hh} hopped about and laughed.",
    ),
    "sad": (
        "{hh} was sad.", "{hh} felt sad.", "{hh} felt like crying.", "{hh} hung {his} head.", "A tear rolled down {his} nose.",
        "{hh} was so sad that {he} did not want to play.", "{hh} sniffed, once and then again.", "How sad {hh} was!",
        "{hh} felt sad, and even the flowers looked grey.", "{hh} was very sad.",
    ),
    "scared": (
        "{hh} was scared.", "{hh} was a little afraid.", "{hh} trembled.", "{hh} felt scared, and {his} knees shook.",
        "{hh} held {his} breath and trembled.", "{hh} was so scared that {he} only whispered.", "How scared {hh} was!",
        "{hh} felt a little frightened.", "{hh} trembled from top to toe.",
    ),
    "cross": (
        "{hh} was cross.", "{hh} stamped {his} foot.", "{hh} grumbled a little.", "{hh} felt cross with everybody.",
        "{hh} frowned.", "{hh} was so cross that {he} kicked a pebble.", "How cross {hh} was!", "{hh} grumbled into {his} chin.",
        "{hh} was cross for a while.",
    ),
    "sleepy": (
        "{hh} was sleepy.", "{hh} yawned.", "{hh} felt tired.", "{hh} rubbed {his} eyes.", "{hh} gave a great yawn.",
        "{hh} could hardly keep {his} eyes open.", "How sleepy {hh} was!", "{hh} felt tired, but it was a good kind of tired.",
    ),
}  # fmt: skip
OF_BOTH = {
    "happy": ("{both} were happy.", "{both} laughed out loud.", "{both} danced for joy.", "{both} laughed and laughed.",
              "{both} were very happy."),
    "sad": ("{both} were sad.", "{both} felt sad."),
    "scared": ("{both} were scared.", "{both} trembled.", "{both} felt a little afraid."),
    "cross": ("{both} were cross.", "{both} frowned.", "{both} grumbled a little."),
    "sleepy": ("{both} were sleepy.", "{both} yawned.", "{both} were tired, and they yawned one after the other."),
}  # fmt: skip
SHOWN = {"happy": 0.42, "sleepy": 0.35}  # share of the pages with this mood whose text says it; else OTHERS
OTHERS = 0.75
FRIENDS = {
    feeling: tuple(f.replace("{hh}", "{ff}").replace("{he}", "{fhe}").replace("{his}", "{fhis}") for f in frames)
    for feeling, frames in SAID.items()
}


def felt(t: Tale, moods: tuple[str, ...]) -> bool:
    """Says what the page's figure feels: what the prompt asked for, or one of the moods that suit what happened."""
    asked = t.facts.feeling if not t.pages else None
    who = OF_BOTH if t.together else {"h": SAID, None: SAID, "f": FRIENDS}.get(t.first)
    mood = asked or t.pick(moods)
    if who and (asked or mood not in t.facts.avoid and t.chance(SHOWN.get(mood, OTHERS)) and not t.shows_feeling()):
        t.say(who[mood])
    return who is not None
