"""Troubles of the heart: shy, mistaken, tired."""

from interleaf.stories.troubles.trouble import Trouble

SHY = Trouble(
    "shy",
    (
        "{w} did not know the way. There sat {G}, very still and very grim, and {w} {were} too shy to ask.",
        "{w} had to get past {G}, who looked so grim. \"You go first,\" {w} whispered, but nobody went first.",
        "{w} saw {G} and hid behind {seat}.",
    ),
    {
        "friend": ("\"We say hello on three,\" said {P}. One, two, three, \"Hello!\" And a friendly hello came back.",),
        "ask": ("\"Please, where does this path go?\" {w} asked at last. The answer was as soft as butter.",
                "{w} took a deep breath and asked. It did not hurt at all."),
        "look": ("{w} looked closer. What had looked so grim was only a big yawn.", "{w} peeped out and saw a wink. That was not grim at all!"),
    },
    {"biscuits": ("Then {w} thought of the biscuits and held one out. \"Thank you, you are most kind,\" was the answer.",)},
    ("scared",),
)  # fmt: skip
GHOST = Trouble(
    "ghost",
    ("\"There is a ghost!\" {w} cried. Something white was waving from a bush.", "{w} stopped short. Something white was dancing up and down without a sound.",
     "\"Who is waving there?\" {w} whispered. It was white, and it had no face."),
    {
        "look": ("{w} crept up to it, nearer and nearer. It was nothing but washing on a line and the wind.", "{w} touched it with one finger. It was a wet sheet, hung up to dry!"),
        "ask": ("{w} asked {G}. \"That is only my washing,\" was the answer.",),
        "sorry": ("{w} threw a pine cone at it. \"Ouch!\" It was {G} under a sheet! \"I am so sorry,\" {w} said. \"I took you for a ghost.\"",),
        "wait": ("{w} waited until the wind dropped. The ghost hung down and was a sheet.",),
    },
    moods=("scared",),
)  # fmt: skip
STEPS = Trouble(
    "footsteps",
    ("{w} heard footsteps behind {wthem}. When {wthey} stopped, the footsteps stopped, too.", "Tap, tap, tap, it went behind {wthem}. {w} walked faster. Tap-tap-tap, it went."),
    {
        "look": ("{w} turned round, quick as a flash. It was only the strap of the bag, tapping on the path.", "{w} looked over {wtheir} shoulder. It was {G}, who had only wanted to say hello."),
        "ask": ("\"Who is there?\" {w} asked. \"Only me,\" said {G}. \"I did not want to walk alone.\"",),
        "friend": ("{H} told {P} about it. {P} listened, put one foot down and then the other. It was the echo!",),
    },
    moods=("scared",),
)  # fmt: skip
ECHO = Trouble(
    "echo",
    ("\"Hello!\" {w} called. \"Hello, hello,\" it came back from the rocks. Who was mocking {wthem}?", "Somebody said everything that {w} said. \"Stop that!\" \"Stop that, stop that!\""),
    {
        "ask": ("{w} asked {G}. \"That is only the echo,\" was the answer. \"It says whatever you say.\"",),
        "sorry": ("\"I am sorry that I shouted,\" {w} called. \"Sorry, sorry,\" it came back. It did not sound so bad now.",),
        "look": ("{w} looked behind every rock, and there was nobody. It was the echo, and it sang when one sang.",),
    },
    moods=("cross", "scared"),
)  # fmt: skip
EYES = Trouble(
    "eyes",
    ("{w} saw two round eyes that did not blink.", "Two yellow eyes looked out of a bush. They did not move at all."),
    {
        "look": ("{w} went nearer and nearer. It was an old signpost with two knot holes.", "{w} counted to ten and looked again. Two dandelions, that was all!"),
        "ask": ("\"What is that?\" {w} asked {G}. \"Only two wet pebbles,\" was the answer.",),
        "there": ("{w} knew that bush! The two buttons had been there all along, lost from somebody's coat.",),
    },
    moods=("scared",),
)  # fmt: skip
TIRED = Trouble(
    "tired friend",
    (
        "{F} sat down on {seat}. \"I cannot take another step,\" {f} said.", "{F} had a thorn in {fhis} foot and had to stop.",
        "{F} grew slower and slower, and then {f} stood still. \"My legs are so heavy,\" {f} said.", "{F} looked at the ground. \"I miss my bed,\" {f} said.",
    ),
    {
        "friend": ("\"Climb on my back,\" said {H}, and {F} did.", "{H} put an arm round {F}. \"Only as far as the next tree,\" said {H}. And then the next, and the next."),
        "share": ("{H} cut the last sandwich in two and gave {F} the bigger half.",),
        "mend": ("{H} made a bed of leaves, and {F} had a little rest.", "{H} made up a marching song, just for {fhim}. \"Left, right, nearly there!\""),
        "give up": ("\"Then we will stay here for a while,\" said {H}. \"There is no hurry.\" They sat side by side and told stories.",),
    },
    {"biscuits": ("{H} gave {F} the biscuits from the bag. \"I feel better now,\" said {F}.",),
     "cushion": ("{H} put the small cushion under {fhis} head. \"That is good,\" said {F}.",)},
    needs="friend",
)  # fmt: skip
HEARTS = (SHY, GHOST, STEPS, ECHO, EYES, TIRED)
