"""Troubles with things: missing, spilt, wanted, too heavy, too hard, only one."""

from interleaf.stories.troubles.trouble import Trouble

MISSING = Trouble(
    "missing",
    (
        "It was time for a sandwich. But the bag was empty!",
        "{w} wanted to eat, and there was not a crumb in the bag.",
        '{w} felt in the bag. "The sandwiches! Where are they?"',
        "{w} unpacked the whole bag. No sandwich, no cup, nothing at all!",
    ),
    {
        "friend": (
            '"Have some of mine," said {P}, and cut a pie into slices.',
            '"I have plenty," said {P}, and so everybody ate.',
        ),
        "there": (
            "Then {w} felt something warm. The sandwich had been under {wtheir} arm all along!",
            "{w} turned round, and there it was. It had been behind {wthem} all along!",
        ),
        "other way": (
            "{w} looked left, and {w} looked right. Behind {seat} there were berries, sweeter than any sandwich.",
        ),
        "ask": ('{w} asked {G}. "Over there grow the best berries," was the answer. How good they were!',),
    },
    moods=("cross", "sad"),
)
SPILT = Trouble(
    "spilt",
    (
        "Rip! The bag tore, and everything rolled down the path.", "{w} tripped over a root, and all that was in the bag fell out.",
        "Plop! The bottom fell out of the bag.", "Crack! Off came the strap, and out of the bag rolled everything.",
        "{w} swung the bag round and round until the seam burst.",
    ),
    {
        "friend": ("\"I will hold it, and you sew,\" said {P}. Soon the bag was as good as new.",
                   "{P} helped {wthem} to pick up everything, down to the last crumb."),
        "mend": ("{w} tied a knot here and a knot there, and it held.", "{w} mended it with grass, over and under, over and under.",
                 "{w} put a patch on it. It looked even better than before."),
        "trade": ("{w} gave {G} an old button and got a new bag for it.",),
        "give up": ("\"Let the beetles have it,\" {w} said. The beetles were very pleased.",),
    },
    {"string": ("Then {w} thought of the piece of string. Round and round it went, and the bag held.",),
     "plaster": ("Then {w} thought of the sticky tape. Zip, and everything stuck together again.",)},
    ("cross", "sad"),
)  # fmt: skip
WANTED = Trouble(
    "wanted",
    (
        "{w} met {G}, who looked at the {t} with big eyes. \"May I have it?\"", "{w} met {G}. \"I want that {xt}, too!\" was the first word.",
        "{w} came upon {G}, who took hold of the {t} and did not let go.",
    ),
    {
        "share": ("\"First you, then me,\" {w} said, and so everybody had a turn.", "{w} counted to ten, and then it was the other one's turn."),
        "trade": ("{w} lent the {t} for a while and got a ride on a cart for it.",),
        "ask": ("\"Do you need it very much?\" {w} asked. It was only to have a look. {w} held up the {t} and turned it round.",),
        "give up": ("\"You may hold it as long as you like,\" {w} said. After a while the {t} came back, with a thank-you.",),
    },
    moods=("cross", "scared"),
    needs="thing",
)  # fmt: skip
HEAVY = Trouble(
    "heavy stone",
    (
        "A great stone lay on the path. {w} pushed with all {wtheir} might, but it did not move.", "A big branch had fallen across the path. {w} could not lift it.",
        "Just where the path was narrow lay a stone, as big as a cupboard. {w} pushed and puffed.",
    ),
    {
        "friend": ("\"Heave ho!\" said {P}. Together they moved it, just far enough.", "{P} took hold of the other end. One, two, three, and it was out of the way."),
        "other way": ("Pushing was no good, and pulling was no good. But rolling worked!", "{w} tried it backwards, with a long run. And it moved!"),
        "mend": ("{w} put two round logs underneath, and away it rolled.",),
        "give up": ("\"It can stay where it is,\" {w} said, and stepped round it. That was that.",),
    },
    {"stick": ("Then {w} thought of the long stick. {w} put it underneath and pushed, and over it rolled.",),
     "string": ("Then {w} thought of the string and tied it round. With a long pull, it moved.",)},
    ("cross", "sleepy"),
)  # fmt: skip
LOAD = Trouble(
    "heavy bag",
    (
        "The bag grew heavier and heavier. At last {w} had to put it down.", "{w} pulled and puffed. The bag was as heavy as lead.",
        "\"What is in this bag? Stones?\" {w} said, and sat down.",
    ),
    {
        "friend": ("{P} took hold of the other strap, and it was only half as heavy.", "\"Put it on my cart,\" said {P}. And on they rolled."),
        "mend": ("{w} made a little cart out of a board and two round stones, and the bag rolled along.",),
        "look": ("{w} opened it and looked. There really was a stone in it! Without it, the bag was as light as air.",),
        "share": ("{w} ate half of the sandwiches and gave the other half to the beetles. Now the bag was light.",),
    },
    {"string": ("Then {w} thought of the string. {w} laid the bag on a big leaf and pulled it along like a sledge.",)},
    ("cross", "sleepy"),
)  # fmt: skip
KNOT = Trouble(
    "too hard",
    (
        "In the way was a gate with a knot as big as a fist. {w} did not know how to undo it.",
        "{w} came to a door with three bolts. Which one came first?", "{w} had to get a bridge down, and there were five ropes to pull.",
        "The way led through a gate, and the gate had a lid, a latch and a loop. {w} did not know where to begin.",
    ),
    {
        "friend": ("\"Let me show you,\" said {P}. It was quite easy once one knew how.",),
        "other way": ("{w} tried this, and {w} tried that. At the third try something went click.",),
        "ask": ("{w} asked {G}. \"The small one first,\" was the answer, and it was right.", "\"How does it go?\" {w} asked {G}. \"Start at the end,\" was the answer. And it worked!"),
    },
    {"magnifier": ("Then {w} thought of the magnifying glass. Now {wthey} could see how it went.",)},
    ("cross", "sad"),
)  # fmt: skip
ONE = Trouble(
    "only one",
    (
        "There was only one biscuit left, and there were two of them.", "There was one dry place to sit, and it was only big enough for one.",
        "They had one blanket, and it was small.", "There was one cup of juice for the two of them.",
    ),
    {
        "share": ("\"Half for you and half for me,\" said {H}.", "\"We will take turns,\" said {H}, and counted to ten each time."),
        "give up": ("\"You have it,\" said {H}. \"No, you!\" said {F}. In the end a beetle got it.", "\"Take it,\" said {H}. \"I like to see you glad,\" {he} said."),
        "mend": ("{both} put two and two together and made a second one out of leaves.",),
        "trade": ("\"You take this, and I get the next one,\" said {H}, and {F} nodded.",),
    },
    moods=("sad", "cross"),
    needs="friend",
)  # fmt: skip
GOODS = (MISSING, SPILT, WANTED, HEAVY, LOAD, KNOT, ONE)
