"""What somebody feels, in words that a picture can show."""

from interleaf.stories.tale import Tale

SAID = {
    "happy": (
        "{H} was happy.", "{H} felt very happy.", "{H} laughed out loud.", "{H} beamed all over.", "{H} jumped for joy.",
        "{H} smiled from ear to ear.", "{H} was so happy that {he} hopped on one foot.", "{H} was glad, and it showed.",
    ),
    "sad": (
        "{H} was sad.", "{H} felt sad.", "{H} felt like crying.", "{H} hung {his} head.", "{H} let a tear fall.",
        "{H} was so sad that {he} could not sing.", "{H} sniffed, once and then again.",
    ),
    "scared": (
        "{H} was scared.", "{H} was a little afraid.", "{H} trembled.", "{H} felt scared, and {his} knees shook.",
        "{H} held {his} breath and trembled.", "{H} was so scared that {he} only whispered.",
    ),
    "cross": (
        "{H} was cross.", "{H} stamped {his} foot.", "{H} grumbled a little.", "{H} felt cross with everybody.",
        "{H} frowned.", "{H} was so cross that {he} kicked a pebble.",
    ),
    "sleepy": (
        "{H} was sleepy.", "{H} yawned.", "{H} felt tired.", "{H} rubbed {his} eyes.", "{H} gave a great yawn.",
        "{H} could hardly keep {his} eyes open.",
    ),
}  # fmt: skip
SHOWN = 0.55  # share of the pages with a mood whose text says it


def felt(t: Tale, moods: tuple[str, ...]) -> None:
    """Ends the page with what the hero feels: what the prompt asked for, or one of the moods that suit what happened."""
    asked = t.facts.feeling if not t.pages else None
    if asked:
        t.say(SAID[asked])
    elif moods and t.chance(SHOWN) and not t.shows_feeling():
        t.say(SAID[t.pick(moods)])
