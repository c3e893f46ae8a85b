"""Troubles with things: missing, spilt, wanted, too heavy, too hard, only one."""

from interleaf.stories.troubles.trouble import Trouble

MISSING = Trouble(
    "missing",
    (
        "It was time for a sandwich. But the bag was empty!", "{w} wanted to eat, and there was not a crumb in the bag.",
        "{w} felt in the bag. \"The sandwiches! Where are they?\"", "{w} unpacked the whole bag. No sandwich, no cup, nothing at all!",
        "Grr, went a tummy. {w} looked into the bag, and the sandwiches were gone.", "{w} wanted to have a picnic. But who had eaten the sandwiches?",
    ),
    {
        "friend": ("\"Have some of mine,\" said {P}, and cut a pie into slices.", "\"I have plenty,\" said {P}, and so everybody ate.",
                   "\"Soup is ready,\" called {P}. It was much better than a sandwich."),
        "there": ("Then {w} felt something warm. The sandwich had been under {wtheir} arm all along!",
                  "{w} turned round, and there it was. It had been behind {wthem} all along!", "{w} looked into the side pocket. There were the sandwiches, flat, but whole."),
        "other way": ("{w} looked left, and {w} looked right. Behind {seat} there were berries, sweeter than any sandwich.",
                      "{w} shook a nut tree. Plop, plop, plop! That was lunch."),
        "ask": ("{w} asked {G}. \"Over there grow the best berries,\" was the answer. How good they were!",
                "\"Did you see a sandwich?\" {w} asked {G}. \"I saw a beetle with one,\" was the answer. \"But I have soup.\""),
    },
    moods=("cross", "sad"),
)  # fmt: skip
SPILT = Trouble(
    "spilt",
    (
        "Rip! The bag tore, and everything rolled down the path.", "{w} tripped over a root, and all that was in the bag fell out.",
        "Plop! The bottom fell out of the bag.", "Crack! Off came the strap, and out of the bag rolled everything.",
        "{w} swung the bag round and round until the seam burst.", "There was a hole in the bag, and behind {wthem} lay a long trail of crumbs.",
    ),
    {
        "friend": ("\"I will hold it, and you sew,\" said {P}. Soon the bag was as good as new.",
                   "{P} helped {wthem} to pick up everything, down to the last crumb.", "\"Take mine,\" said {P}. \"I have a second one.\""),
        "mend": ("{w} tied a knot here and a knot there, and it held.", "{w} mended it with grass, over and under, over and under.",
                 "{w} put a patch on it. It looked even better than before.", "{w} stuffed the hole with moss, and it held."),
        "trade": ("{w} gave {G} an old button and got a new bag for it.", "{w} swapped half a sandwich for the bag of {G}. It was a good swap."),
        "give up": ("\"Let the beetles have it,\" {w} said. The beetles were very pleased.", "\"Who needs a bag?\" {w} said, and put everything into {wtheir} pockets."),
    },
    {"string": ("Then {w} thought of the piece of string. Round and round it went, and the bag held.", "With the string {w} tied the bag up, like a parcel."),
     "plaster": ("Then {w} thought of the sticky tape. Zip, and everything stuck together again.",)},
    ("cross", "sad"),
)  # fmt: skip
WANTED = Trouble(
    "wanted",
    (
        "{w} met {G}, who looked at the {t} with big eyes. \"May I have it?\"", "{w} met {G}. \"I want that {xt}, too!\" was the first word.",
        "{w} came upon {G}, who took hold of the {t} and did not let go.", "{w} met {G}. \"That {xt} is just what I need!\" was the first word.",
    ),
    {
        "share": ("\"First you, then me,\" {w} said, and so everybody had a turn.", "{w} counted to ten, and then it was the other one's turn.",
                  "\"Let us use it together for a while,\" {w} said. That was fun for everybody."),
        "trade": ("{w} lent the {t} for a while and got a ride on a cart for it.", "{w} lent the {t}, and when it came back there was a bunch of flowers with it."),
        "ask": ("\"Do you need it very much?\" {w} asked. It was only to have a look. {w} held up the {t} and turned it round.",
                "\"Why?\" {w} asked. \"Because it is so beautiful,\" was the answer. {w} held up the {t}, so that it could be seen from all sides."),
        "give up": ("\"You may hold it as long as you like,\" {w} said. After a while the {t} came back, with a thank-you.",),
    },
    moods=("cross", "scared"),
    needs="thing",
)  # fmt: skip
HEAVY = Trouble(
    "heavy stone",
    (
        "A great stone lay on the path. {w} pushed with all {wtheir} might, but it did not move.", "A big branch had fallen across the path. {w} could not lift it.",
        "Just where the path was narrow lay a stone, as big as a cupboard. {w} pushed and puffed.", "A tree trunk lay right across the path, and {w} could neither lift it nor push it.",
    ),
    {
        "friend": ("\"Heave ho!\" said {P}. Together they moved it, just far enough.", "{P} took hold of the other end. One, two, three, and it was out of the way.",
                   "{P} leaned against it and said, \"Is this in your way?\" And it was gone."),
        "other way": ("Pushing was no good, and pulling was no good. But rolling worked!", "{w} tried it backwards, with a long run. And it moved!", "{w} looked again. Underneath there was just enough room to crawl through."),
        "mend": ("{w} put two round logs underneath, and away it rolled.", "{w} dug away the earth in front, and it rolled off by itself."),
        "give up": ("\"It can stay where it is,\" {w} said, and stepped round it. That was that.", "\"What a fine seat!\" {w} said, and had a rest on it before going round."),
    },
    {"stick": ("Then {w} thought of the long stick. {w} put it underneath and pushed, and over it rolled.",),
     "string": ("Then {w} thought of the string and tied it round. With a long pull, it moved.",)},
    ("cross", "sleepy"),
)  # fmt: skip
LOAD = Trouble(
    "heavy bag",
    (
        "The bag grew heavier and heavier. At last {w} had to put it down.", "{w} pulled and puffed. The bag was as heavy as lead.",
        "\"What is in this bag? Stones?\" {w} said, and sat down.", "Every ten steps {w} had to put down the bag and rest.",
    ),
    {
        "friend": ("{P} took hold of the other strap, and it was only half as heavy.", "\"Put it on my cart,\" said {P}. And on they rolled.", "\"Let me,\" said {P}, and threw it over {phis} shoulder like nothing at all."),
        "mend": ("{w} made a little cart out of a board and two round stones, and the bag rolled along.", "{w} hung the bag on a branch and carried it like that. Now it was easy."),
        "look": ("{w} opened it and looked. There really was a stone in it! Without it, the bag was as light as air.", "{w} looked inside. In it sat a beetle with all its luggage. \"Out you go,\" {w} said, and helped it down."),
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
        "{w} stood before a gate with a riddle on it. \"Push where I am thin,\" it said. But where was that?",
    ),
    {
        "friend": ("\"Let me show you,\" said {P}. It was quite easy once one knew how.", "\"I have done this before,\" said {P}. Click, and it was open."),
        "other way": ("{w} tried this, and {w} tried that. At the third try something went click.", "{w} did it all the wrong way round, and that was the right way."),
        "ask": ("{w} asked {G}. \"The small one first,\" was the answer, and it was right.", "\"How does it go?\" {w} asked {G}. \"Start at the end,\" was the answer. And it worked!"),
    },
    {"magnifier": ("Then {w} thought of the magnifying glass. Now {wthey} could see how it went.",)},
    ("cross", "sad"),
)  # fmt: skip
ONE = Trouble(
    "only one",
    (
        "There was only one biscuit left, and there were two of them.", "There was one dry place to sit, and it was only big enough for one.",
        "They had one blanket, and it was small.", "There was one cup of juice for the two of them.", "There was one swing by the path, and both of them ran to it.",
    ),
    {
        "share": ("\"Half for you and half for me,\" said {H}.", "\"We will take turns,\" said {H}, and counted to ten each time.", "\"If we move close together, it is enough,\" said {H}. And it was."),
        "give up": ("\"You have it,\" said {H}. \"No, you!\" said {F}. In the end a beetle got it.", "\"Take it,\" said {H}. \"I like to see you glad,\" {he} said."),
        "mend": ("{both} put two and two together and made a second one out of leaves.",),
        "trade": ("\"You take this, and I get the next one,\" said {H}, and {F} nodded.", "{H} let {F} go first and got a song for it."),
    },
    moods=("sad", "cross"),
    needs="friend",
)  # fmt: skip
GOODS = (MISSING, SPILT, WANTED, HEAVY, LOAD, KNOT, ONE)
