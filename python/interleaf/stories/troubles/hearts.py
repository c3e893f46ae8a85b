"""Troubles of the heart: shy, mistaken, tired."""

from interleaf.stories.troubles.trouble import Trouble

SHY = Trouble(
    "shy",
    (
        "{w} did not know the way. There sat {G}, very still and very grim, and {w} {were} too shy to ask.",
        "{w} had to get past {G}, who looked so grim. \"You go first,\" {w} whispered, but nobody went first.",
        "{w} saw {G} and hid behind {seat}.", "In the middle of the path stood {G}. {w} looked at {wtheir} feet and did not say a word.",
    ),
    {
        "friend": ("\"We say hello on three,\" said {P}. One, two, three, \"Hello!\" And a friendly hello came back.", "\"Good day to you,\" said {P}. It was as easy as that."),
        "ask": ("\"Please, where does this path go?\" {w} asked at last. The answer was as soft as butter.", "{w} took a deep breath and asked. It did not hurt at all.",
                "\"Excuse me,\" {w} whispered. And a friendly voice told {wthem} the way."),
        "look": ("{w} looked closer. What had looked so grim was only a big yawn.", "{w} peeped out and saw a wink. That was not grim at all!", "Then {w} heard a giggle. How could anyone be afraid of a giggle?"),
    },
    {"biscuits": ("Then {w} thought of the biscuits and held one out. \"Thank you, you are most kind,\" was the answer.", "{w} put down one of the biscuits and took a step back. Munch, munch, it went, and then there was a smile.")},
    ("scared",),
)  # fmt: skip
GHOST = Trouble(
    "ghost",
    ("\"There is a ghost!\" {w} cried. Something white was waving from a bush.", "{w} stopped short. Something white was dancing up and down without a sound.",
     "\"Who is waving there?\" {w} whispered. It was white, and it had no face.", "Whoo, it went, and something white rose from the ground."),
    {
        "look": ("{w} crept up to it, nearer and nearer. It was nothing but washing on a line and the wind.", "{w} touched it with one finger. It was a wet sheet, hung up to dry!", "{w} went once around it. From behind, it was a shirt with two buttons."),
        "ask": ("{w} asked {G}. \"That is only my washing,\" was the answer.", "\"Are you a ghost?\" {w} asked. \"No,\" said {G}, and put down the sheet. \"Are you?\""),
        "sorry": ("{w} threw a pine cone at it. \"Ouch!\" It was {G} under a sheet! \"I am so sorry,\" {w} said. \"I took you for a ghost.\"",),
        "wait": ("{w} waited until the wind dropped. The ghost hung down and was a sheet.", "{w} waited behind {seat}. After a while somebody came and folded up the ghost."),
    },
    moods=("scared",),
)  # fmt: skip
STEPS = Trouble(
    "footsteps",
    ("{w} heard footsteps behind {wthem}. When {wthey} stopped, the footsteps stopped, too.", "Tap, tap, tap, it went behind {wthem}. {w} walked faster. Tap-tap-tap, it went.",
     "Somebody was walking behind {wthem}. {w} did not dare to turn round."),
    {
        "look": ("{w} turned round, quick as a flash. It was only the strap of the bag, tapping on the path.", "{w} looked over {wtheir} shoulder. It was {G}, who had only wanted to say hello."),
        "ask": ("\"Who is there?\" {w} asked. \"Only me,\" said {G}. \"I did not want to walk alone.\"", "\"What do you want?\" {w} asked. \"You lost this,\" said {G}, and held out a glove."),
        "friend": ("{H} told {P} about it. {P} listened, put one foot down and then the other. It was the echo!",),
        "wait": ("{w} stood still and waited. Along came a hen with five chicks, and went by without a word.",),
    },
    moods=("scared",),
)  # fmt: skip
ECHO = Trouble(
    "echo",
    ("\"Hello!\" {w} called. \"Hello, hello,\" it came back from the rocks. Who was mocking {wthem}?", "Somebody said everything that {w} said. \"Stop that!\" \"Stop that, stop that!\"",
     "\"Is anybody there?\" {w} called. \"There, there,\" said a voice."),
    {
        "ask": ("{w} asked {G}. \"That is only the echo,\" was the answer. \"It says whatever you say.\"", "\"Who are you?\" {w} asked. \"You, you,\" it said. Then it was clear. It was the echo!"),
        "sorry": ("\"I am sorry that I shouted,\" {w} called. \"Sorry, sorry,\" it came back. It did not sound so bad now.",),
        "look": ("{w} looked behind every rock, and there was nobody. It was the echo, and it sang when one sang.", "{w} clapped once, and it clapped back. It was only the echo!"),
    },
    moods=("cross", "scared"),
)  # fmt: skip
EYES = Trouble(
    "eyes",
    ("{w} saw two round eyes that did not blink.", "Two yellow eyes looked out of a bush. They did not move at all.", "{w} felt that somebody was looking. And there they were: two shining eyes!"),
    {
        "look": ("{w} went nearer and nearer. It was an old signpost with two knot holes.", "{w} counted to ten and looked again. Two dandelions, that was all!", "{w} winked, and nobody winked back. They were two drops of water on a leaf."),
        "ask": ("\"What is that?\" {w} asked {G}. \"Only two wet pebbles,\" was the answer.", "\"Who are you?\" {w} asked. \"Your neighbour,\" said {G}, and came out of the bush."),
        "there": ("{w} knew that bush! The two buttons had been there all along, lost from somebody's coat.",),
    },
    moods=("scared",),
)  # fmt: skip
TIRED = Trouble(
    "tired friend",
    (
        "{F} sat down on {seat}. \"I cannot take another step,\" {f} said.", "{F} had a thorn in {fhis} foot and had to stop.",
        "{F} grew slower and slower, and then {f} stood still. \"My legs are so heavy,\" {f} said.", "{F} looked at the ground. \"I miss my bed,\" {f} said.",
        "{F} lay down in the grass. \"Go on without me,\" {f} said.",
    ),
    {
        "friend": ("\"Climb on my back,\" said {H}, and {F} did.", "{H} put an arm round {F}. \"Only as far as the next tree,\" said {H}. And then the next, and the next.",
                   "{H} took {F} by the hand and told {fhim} what was for supper. Then it went better."),
        "share": ("{H} cut the last sandwich in two and gave {F} the bigger half.", "{H} gave {F} half of the juice. \"Now I can see straight again,\" said {F}."),
        "mend": ("{H} made a bed of leaves, and {F} had a little rest.", "{H} made up a marching song, just for {fhim}. \"Left, right, nearly there!\""),
        "give up": ("\"Then we will stay here for a while,\" said {H}. \"There is no hurry.\" They sat side by side and told stories.",),
    },
    {"biscuits": ("{H} gave {F} the biscuits from the bag. \"I feel better now,\" said {F}.",),
     "cushion": ("{H} put the small cushion under {fhis} head. \"That is good,\" said {F}.",)},
    ("sad", "sleepy"),
    needs="friend",
)  # fmt: skip
HEARTS = (SHY, GHOST, STEPS, ECHO, EYES, TIRED)
