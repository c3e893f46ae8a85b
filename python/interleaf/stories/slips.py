"""What happens to a prompt on the way through a keyboard."""

import re
from random import Random

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BESIDE = {row[i]: row[max(0, i - 1) : i] + row[i + 1 : i + 2] for row in KEYS for i in range(len(row))}
SOUNDS = (
    ("ph", "f"),
    ("ck", "k"),
    ("ee", "ea"),
    ("ou", "ow"),
    ("tt", "t"),
    ("ll", "l"),
    ("oo", "u"),
    ("ai", "ay"),
    ("igh", "y"),
    ("ea", "ee"),
    ("qu", "kw"),
    ("e ", " "),
    ("rr", "r"),
    ("nn", "n"),
)
EMOJI = ("\U0001f642", "\U0001f60a", "❤️", "\U0001f4d6", "\U0001f31f", "\U0001f308")


def mistype(word: str, random: Random) -> str:
    """One slip in a word: swapped, dropped, doubled or neighbouring letters, or written as it sounds."""
    at = random.randrange(1, len(word) - 1)
    sounds = [(a, b) for a, b in SOUNDS if a in word]
    edits = [word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
             word[:at] + random.choice(BESIDE.get(word[at], "e")) + word[at + 1 :]]  # fmt: skip
    if sounds:
        edits.append(word.replace(*random.choice(sounds), 1))
    return random.choice(edits)


def typos(prompt: str, random: Random, spare: str | None) -> str:
    """At most one slip in eight letters; the name is spelt as its owner spells it."""
    words = re.split(r"(\W+)", prompt)
    able = [
        i for i, word in enumerate(words) if len(word) > 3 and word.isalpha() and word.lower() != (spare or "").lower()
    ]
    most = max(1, sum(map(len, words)) // 8)
    for i in random.sample(able, min(len(able), random.randint(1, max(1, min(most, 4))))):
        words[i] = mistype(words[i], random)
    return "".join(words)


def noise(prompt: str, random: Random, spare: str | None, typo: float = 0.15) -> str:
    """Capitals, missing articles and full stops, a smiley, and in `typo` of the prompts slips."""
    if random.random() < 0.25:
        prompt = prompt[:1].upper() + prompt[1:]
    elif random.random() < 0.15:
        prompt = prompt.lower()
    if random.random() < 0.05:
        prompt = prompt.upper()
    if random.random() < 0.1:
        prompt = " ".join(word for word in prompt.split() if word.lower() not in ("a", "an", "the"))
    if random.random() < typo and len(prompt) > 6:
        prompt = typos(prompt, random, spare)
    if random.random() < 0.04:
        prompt += " " + random.choice(EMOJI)
    if random.random() < 0.03:
        prompt = f'"{prompt}"'
    return prompt + random.choice(("", "", "", "", ".", "!", "...")) if prompt[-1:].isalnum() else prompt
