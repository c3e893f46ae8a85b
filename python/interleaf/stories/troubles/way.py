"""Troubles on the way: too high, dark, weather, blocked, late."""

from interleaf.stories.troubles.trouble import Trouble

HIGH = Trouble(
    "too high",
    (
        "\"From the top of {height} {wI} could see the way,\" {w} said. But it was much too high.",
        "{w} wanted to look for the way from the top of {height}. How was anyone to get up there?",
        "{w} did not know the way. \"One would have to get up on {height},\" {wthey} said. But it was far too high.",
        "{w} tried to climb {height}, to see where the path went, and slid down again.",
        "Which was the way? From {height} one could have seen it. {w} jumped as high as {wthey} could, but it was of no use.",
        "\"If only {wI} were up there!\" {w} said, and looked at {height}. Down here there was no path to be seen.",
    ),
    {
        "friend": (
            "\"Climb on my back,\" said {P}. And so {w} got up and saw the way.",
            "\"I will give you a push,\" said {P}. One, two, three, and up {w} went! From there the path was easy to see.",
            "\"Take my hand,\" said {P}, and pulled. There, far below, was the path.",
            "{P} stood still as a post, and {w} climbed up on {phis} shoulders. \"The path is over there!\"",
        ),
        "other way": (
            "{w} walked once around it. At the back there were small steps! From the top the way was easy to see.",
            "First {w} climbed too fast, and then too slowly. The third time it went just right, and there was the path.",
            "{w} found a smaller one beside it. That was high enough to see the path from.",
        ),
        "mend": (
            "{w} piled up stones, one on top of the other, until there were steps. And from the top {wthey} saw the way.",
            "{w} tied branches together, and that made a ladder. How far one could see from up there!",
            "{w} rolled up a log and stood on it on tiptoe. That was just enough, and there was the path.",
        ),
        "ask": (
            "{w} asked {G}. \"No need to climb,\" was the answer. \"The way begins right behind you.\" And so it did.",
            "{w} called up to {G}, who was sitting at the top. \"To the left!\" was the answer from up there.",
        ),
    },
    {
        "string": (
            "Then {w} thought of the string in the bag. It held, and up {wthey} went, hand over hand, until {wthey} saw the way.",
            "Up flew the end of the string, and it caught. {w} pulled and climbed, and there was the path.",
        ),
        "stick": (
            "Then {w} thought of the long stick, leaned it against the side and went up, bit by bit. There was the path!",
        ),
    },
    ("cross", "sad"),
)  # fmt: skip
DARK = Trouble(
    "dark",
    (
        "It was so dark that {w} could hardly see the path.", "{w} could not see a thing. Every bush looked like a giant.",
        "\"I cannot see {wmy} own feet,\" {w} said.", "{w} walked into a tree. \"Ouch! How dark it is!\"",
        "{w} took one step, and another, and then did not know where to go.",
        "Something big and black stood beside the path. {w} did not dare to go on.",
        "{w} felt {wtheir} way along, with both hands in front. It was as dark as in a bag.",
        "A cloud came over the moon, and {w} stood in the dark.",
    ),
    {
        "friend": (
            "\"Give me your hand,\" said {P}. Hand in hand it was not half so dark.",
            "\"Follow my song,\" said {P}, and {w} followed it, note by note.",
            "{P} knew the way with closed eyes and went ahead.",
            "\"I can see in the dark,\" said {P}. \"Step where I step.\"",
        ),
        "wait": (
            "{w} sat down on {seat} and waited until the moon came out from behind a cloud. Now the path was as white as milk.",
            "{w} waited a little. Then the first stars came out, and soon there was light enough.",
            "{w} waited until {wtheir} eyes were used to it. There was the path, pale and thin.",
        ),
        "look": (
            "{w} went up to the nearest big black thing and touched it. It was only a bush!",
            "{w} looked closer. What had looked like a giant was a tree stump with a tuft of grass on top.",
            "Step by step {w} went nearer. It was nothing but an old post.",
        ),
        "mend": (
            "{w} laid white pebbles along the path, one by one, and so found the way.",
            "{w} caught the light of the moon in a puddle and made out the path.",
        ),
    },
    {
        "candle": (
            "Then {w} thought of the candle end in the bag. What a fine small light it made!",
            "{w} lit the candle end, and all the giants turned into bushes again.",
        ),
        "whistle": (
            "{w} blew the little whistle. An answer came from the right, and so {wthey} knew where to go.",
            "Then {w} thought of the whistle. With a tune on {wtheir} lips the dark was only half as dark.",
        ),
    },
    ("scared",),
    time="night",
)  # fmt: skip
WEATHER = Trouble(
    "weather",
    (
        "{w} had not gone far before everything was dripping.", "\"Brr, how wet!\" {w} said, and shivered.",
        "The path turned to mud, and {w} slipped and slid.", "Big drops fell on every leaf and every nose. There was no roof anywhere.",
        "In no time {w} {were} wet from top to toe.", "Splish, splosh! With each step {w} sank into the mud.",
        "{w} walked faster, but the drops ran down behind {wtheir} ears.", "There was a puddle behind every stone, and {w} found them all.",
    ),
    {
        "friend": (
            "\"Come under here,\" said {P} from under a wide roof of leaves. There it was dry and snug.",
            "{P} held a big leaf over all of them, and so they went on.",
            "\"I know a dry place,\" said {P}, and there was room for everybody.",
        ),
        "wait": (
            "{w} shook off the drops and went on.", "Now everything sparkled, and {w} jumped over the puddles.",
            "It had been worth waiting under a leaf. {w} went on, dry as a bone.",
        ),
        "mend": (
            "{w} made a roof of branches and leaves and sat under it, as snug as could be.",
            "{w} built a small hut of twigs. Not one drop came in.",
            "{w} made hoods out of big leaves. That helped.",
        ),
        "look": (
            "\"It is only water,\" {w} said, and jumped into the biggest puddle. What fun that was!",
            "{w} held out {wtheir} hands and caught the drops. It was not so bad after all.",
            "{w} caught a drop and tasted it. It tasted of clouds.",
        ),
    },
    {
        "leaf": (
            "Then {w} thought of the very big leaf. It was as good as a roof!",
            "Under the big leaf {w} went on with dry ears.",
        ),
        "cushion": ("{w} sat down on the small cushion, under a thick bush, and it was quite snug there.",),
    },
    ("cross", "sad"),
    time="rain",
    after="day",
)  # fmt: skip
BLOCKED = Trouble(
    "blocked",
    (
        "{w} came to {gap}, and there was no way past it.", "But {gap} was in the way, and that was that.",
        "\"How are we to get past that?\" {w} said. In the way was {gap}.", "{w} ran on, and then stopped short. There was {gap}!",
        "Just there, the way ended at {gap}. {w} pushed and pulled, but it was no good.",
        "{w} had not counted on {gap}. There it was, and the path went on behind it.", "{w} stood in front of {gap}. On the left, no way; on the right, no way.",
    ),
    {
        "friend": (
            "\"Push here while I pull there,\" said {P}. And so they got past it.",
            "\"I know a hole on the left,\" said {P}, and {w} slipped through.",
            "{P} laid a board across for {wthem}.", "\"Hold on to me,\" said {P}. One big step, and they were on the other side.",
        ),
        "other way": (
            "{w} tried it on the left. No! {w} tried it on the right. Yes, there was a gap, just wide enough.",
            "{w} crept along the edge until there was a place to get past.",
            "First {w} tried to go over it, then under it. Going round it was the best way.",
            "{w} took ten steps back, and then a long run. It was not pretty, but {wthey} got over it.",
        ),
        "wait": (
            "{w} sat on {seat} and waited. After a while a cart came by and took {wthem} to the other side.",
            "{w} waited and ate a sandwich. Then a kind old neighbour came and made room.",
        ),
        "mend": (
            "{w} laid one log next to the other until there was a bridge.", "{w} dug with both hands until there was a small tunnel.",
            "{w} put a branch across and went over it, one foot before the other.",
        ),
        "ask": (
            "{w} asked {G} for the way. \"Left, left, and left again,\" was the answer. That was right.",
            "{w} asked {G}. \"I always go round by the back,\" was the answer. So did {wthey}.",
        ),
    },
    {
        "stick": (
            "Then {w} thought of the long stick. One good push with it, and the way was free.",
            "With the long stick {w} jumped right across. Hop!",
        ),
        "string": ("{w} tied the string to a branch and swung across. Whee!",),
        "map": ("Then {w} thought of the old map. There was a second path on it, as thin as a hair.",),
    },
    ("cross", "sad"),
)  # fmt: skip
LATE = Trouble(
    "late",
    (
        "The shadows grew long, and the way was still far.", "\"It is getting late,\" {w} said, and walked faster.",
        "{w} had meant to be quick, but time had run away.", "The light was going, and {w} {were} not even halfway there.",
        "\"Only a little further,\" {w} said for the third time.", "{w} had looked at so many things that it had grown late.",
    ),
    {
        "friend": (
            "\"Hop on my cart,\" said {P}. That was much faster than walking.", "\"I will come with you,\" said {P}, \"then it will not seem so far.\"",
            "{P} told a long story, and when it was over they were nearly there.",
        ),
        "other way": (
            "{w} left the wide path and took the small one. It was short and steep, and soon the worst was behind {wthem}.",
            "{w} slid down the slope instead of walking round it. Whoosh!", "{w} counted the steps. With counting, they went by twice as fast.",
        ),
        "give up": (
            "\"Then we will be late,\" {w} said, and looked at the sky. It was much too beautiful to run.",
            "\"Tomorrow is another day,\" {w} said, and had a good long rest.", "\"Better late and whole than early and out of breath,\" {w} said.",
        ),
    },
    {
        "map": ("Then {w} thought of the old map. It showed a short cut, and off {wthey} went.",),
        "whistle": ("{w} blew the whistle, and {G} came along with a cart and gave {wthem} a ride.",),
        "biscuits": ("{w} ate two of the biscuits from the bag. With a full tummy one walks twice as fast.",),
    },
    ("cross", "sleepy", "scared"),
    time="sunset",
)  # fmt: skip
WAY = (HIGH, DARK, WEATHER, BLOCKED, LATE)
