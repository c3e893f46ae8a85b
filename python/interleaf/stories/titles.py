"""Prompts that are a title, a first line or a question. Each says which facts it needs, so that no fact goes unsaid."""

from random import Random
from string import Formatter

from interleaf.stories.state import Facts, article
from interleaf.stories.wordings import FEELS, WHEN, WHERE, species

# Parts: h hero, n name, t thing, p place, w when, a accessory, e feeling, f friend; before the bar the family, if it matters.
TITLES = (
    "|The {h} and the {t}", "|The {h} with the {a}", "|{n} the {h}", "|{n} and the {t}", "|The {e} {h}", "|{n} the {e} {h}", "|The {h} and the {f}", "|{n} {p}", "|The {h} {p}",
    "|A {t} {w}", "|The {h} in the {a}", "|{n}'s {a}", "|A Night with {n} the {h}", "|The {h}, the {f} and the {t}", "|The {t} {p}", "|{n} the {h} {p} {w}",
    "lost and found|{n}'s Lost {t}", "lost and found|The Lost {t}", "lost and found|The {h} Who Lost a {t}", "wish|The {h} Who Wanted a {t}", "wish|{n}'s Big Wish", "wish|A {t} for {n}",
    "helping|{n} Helps a Friend", "helping|The {h} Who Helped", "one for two|One {t} for Two", "one for two|{n} Learns to Share", "one for two|The {h} and the {f} Share a {t}",
    "new friend|A New Friend for {n}", "new friend|A Friend for the {h}", "new friend|The Lonely {h}", "surprise|A Surprise for the {f}", "surprise|{n}'s Secret", "surprise|The Birthday {t}",
    "try again|{n} Tries Again", "try again|The {h} Who Never Gave Up", "try again|How {n} Learned It", "a little brave|{n} Is Brave", "a little brave|The Strange Noise {p}", "a little brave|The Brave Little {h}",
    "making|{n} Makes a {t}", "making|How the {h} Made a {t}", "there and back|{n} Sees the World", "there and back|The {h}'s Great Journey", "there and back|There and Back Again with {n}",
    "mystery|The Mystery of the {t}", "mystery|{n} the Detective", "mystery|The {h} and the Strange Sign", "evening|Good Night, {n}", "evening|Good Night, Little {h}", "evening|Supper {p}", "evening|{n}'s Party",
)  # fmt: skip
FIRST_LINES = (
    "|Once upon a time there was {ah} called {n}.", "|Once upon a time there was {ah} {p}.", "|There was once {ah} with {at}.", "|{w}, {ah} called {n} woke up {p}.", "|Long ago {p} lived {ah} named {n}.",
    "|{n} the {h} opened one eye.", "|Once there was {ae} {h} called {n}.", "|Once there was {ah} who always wore {aa}.", "|It all began {p}, {w}.", "|{n} was {ah} with {aa}.",
    "|{n} the {h} and the {f} were friends.", "|There was {at} {p}.", "|Once there was {ae} {h} {p}.", "lost and found|{n} the {h} had lost something.", "lost and found|Where was the {t}?",
    "wish|{n} the {h} had only one wish: {at}.", "new friend|{n} the {h} had no friends.", "a little brave|{n} heard a strange noise {p}.", "making|{n} the {h} had an idea.",
    "there and back|{n} the {h} wanted to see the world.", "mystery|Something odd happened {p} {w}.", "try again|{n} the {h} could not do it.", "surprise|{n} the {h} had a secret.",
)  # fmt: skip
QUESTIONS = (
    "|can you tell me about {ah}?", "|what happens to {ah} {p}?", "|what if {ah} had {at}?", "|can the {h} have {at} please", "|why is the {h} {e}?", "|who is {n} the {h}?", "|mummy tell me about the {h} with the {a}",
    "|what does {ah} do {w}?", "|do you know a story with {ah} and {af}?", "|can you do one with {ah} called {n}", "|i want the {h} and i want {at}", "|again! with the {h} and the {t}!", "|is there a {h} {p}?",
    "|where does {n} the {h} live? i think {p}", "|tell about {ah} that has {aa}", "|whats {ah} doing {p} {w}?", "|my teddy is called {n} and he is {ah}", "|i am {n} and i like {ah}", "|what does the {e} {h} do {p}?",
    "lost and found|where is the {h}'s {t}?", "lost and found|what if {ah} lost {at}?", "wish|what does the {h} wish for?", "new friend|does the {h} find a friend?", "new friend|will anybody play with {n}?",
    "a little brave|is the {h} afraid {w}?", "one for two|why won't {n} share the {t}?", "surprise|what is {n}'s secret?", "making|how does {n} make {at}?", "try again|can {n} do it?", "mystery|who left the {t} there?",
    "helping|can {n} help?", "there and back|how far can {ah} walk?", "evening|when does {n} go to bed?",
)  # fmt: skip
PARTS = {
    "h": "hero",
    "n": "name",
    "t": "thing",
    "p": "place",
    "w": "time",
    "a": "accessory",
    "e": "feeling",
    "f": "friend",
}


def needed(frame: str) -> set[str]:
    """The facts a frame names."""
    return {PARTS[name[-1]] for _, name, _, _ in Formatter().parse(frame.partition("|")[2]) if name}


def filled(frame: str, facts: Facts, random: Random, title: bool = False) -> str:
    word = {part: getattr(facts, fact) or "" for part, fact in PARTS.items()}
    if facts.hero:
        word["h"] = species(facts.hero, random)
    word["p"] = random.choice(WHERE[facts.place]) if facts.place else ""
    word["w"] = random.choice(WHEN[facts.time]) if facts.time else ""
    word["e"] = random.choice(FEELS[facts.feeling]) if facts.feeling else ""
    word |= {"a" + part: article(word[part]) for part in "hteaf" if word[part]}
    said = frame.partition("|")[2].format_map(word)
    if title:
        small = {"the", "a", "an", "and", "of", "in", "on", "at", "with", "for", "to", "by"}
        said = " ".join(w if w in small else w[:1].upper() + w[1:] for w in said.split())
    return said[:1].upper() + said[1:]
