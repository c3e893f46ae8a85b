"""The words of the story world: names, places, times and things, with what each of them can do in a plot.

Frames are strings. `[a|b]` is a free choice, `{slot}` is filled from the state of the tale (see realise.py).
"""

NAMES = tuple(
    """Pip Nib Fig Tilly Otto Milo Luna Bea Hugo Ida Finn Ella Theo Nora Leo Ada Max Mia Sam Zoe Ben Lily Tom Ruby Gus
    Ivy Ned Elsie Ralph Wren Oscar Mabel Toby Hazel Jasper Daisy Felix Clara Rufus Maya Arlo Rosie Bruno Nell Casper
    Lottie Monty Greta Alfie Pia Kit Suki Barnaby Flora Rory Minnie Walter Effie Percy Tess Boris Nina Dexter Lola
    Emil Juno Hector Tansy Anton Freya Basil Cleo Ravi Amira Omar Leila Kofi Ama Hiro Yuki Mateo Rosa Pablo Lucia
    Sven Astrid Lars Ingrid Tariq Zara Deepa Arun Mei Bo Lin Tao Nuri Sami Aziz Dina Kai Moana Tane Ola Pavel Mila
    Ivo Anya Jonas Frida Nico Gia Remy Colette Marcel Odile Enzo Bianca Dov Tali Ari Noa Idris Sade Tunde Zola Cosmo
    Pepper Biscuit Button Dot Pim Poppet Mop Tuck Bibi Momo Lulu Coco Jojo Titus Wilma Olive Hattie Archie Benny
    Winnie Ollie Maud Lenny Peg Dora Hal Una Fern Bram Elke Joost Saskia Wim Anouk""".split()
)
HIGH = ("Zor", "Mi", "Bel", "Tik", "Vo", "Lum", "Ka", "Fen", "Dro", "Su", "Ori", "Pel", "Wim", "Gal", "Ne", "Tam", "Bru",
        "Jol", "Qui", "Ras", "Yan", "Hob", "El", "Cim", "Ula", "Xa", "Ib", "Mor", "Sil", "Ped")  # fmt: skip
MIDDLE = ("", "", "", "ba", "li", "do", "ra", "ni", "mo", "ve", "zu", "ka")
LOW = ("vik", "bo", "na", "lo", "ko", "ry", "la", "wen", "dle", "pin", "mi", "sa", "zo", "nix", "rik", "lia", "moo", "by",
       "tan", "du", "lit", "ken", "vy", "fo")  # fmt: skip

TRAITS = tuple(
    """small little young shy curious cheerful careful kind clever busy merry quiet gentle patient playful
    hopeful friendly polite dreamy eager brave thoughtful lively""".split()
)
HELPER_TRAITS = ("old", "wise", "tall", "round", "kind", "friendly", "grey", "slow", "gentle", "patient")

# at: where one is; to: where one goes; spots: where something may lie; sense: what one notices there.
PLACES = {
    "beach": dict(
        at="on the beach", to="to the beach",
        spots=("behind a rock", "under a pile of shells", "beside a heap of driftwood", "among the seaweed",
               "in a hole in the sand", "next to a crab's front door"),
        sense=("The waves [whispered|hummed|sighed].", "The sand felt [soft|warm|cool] under {his} feet.",
               "The air [smelled|tasted] of salt.", "Small waves ran up and back again."),
        height="a tall wooden post", gap="a wide pool of sea water", seat="a smooth rock"),
    "forest": dict(
        at="in the forest", to="to the forest",
        spots=("under a fern", "behind a mossy log", "between two roots", "in a hollow tree", "under a heap of leaves",
               "beside a ring of mushrooms"),
        sense=("Leaves [rustled|whispered] all around.", "The moss was soft and [green|deep].",
               "It smelled of [pine|moss] and leaves.", "A branch creaked, high up."),
        height="a tall old oak", gap="a fallen tree", seat="a mossy log"),
    "mountains": dict(
        at="in the mountains", to="to the mountains",
        spots=("behind a grey stone", "in a small cave", "on a narrow ledge", "under a crooked pine",
               "beside a little waterfall", "in a crack in the rock"),
        sense=("The wind [sang|whistled] over the rocks.", "Every sound came back as an echo.",
               "The air was [cool|thin] and clear.", "Small stones rolled under {his} feet."),
        height="a steep rock", gap="a narrow stream", seat="a flat stone"),
    "desert": dict(
        at="in the desert", to="to the desert",
        spots=("behind a tall cactus", "under a dry bush", "at the foot of a dune", "beside a bleached log",
               "in the shade of a red rock", "next to a little well"),
        sense=("The sand [whispered|hissed] softly.", "There was nothing but sand, as far as one could see.",
               "The dunes looked like big sleepy animals.", "A lizard blinked and slipped away."),
        height="a giant cactus", gap="a steep dune", seat="a warm red rock"),
    "village": dict(
        at="in the village", to="to the village",
        spots=("behind the baker's door", "under a bench", "beside the well", "in a flower pot", "under a cart",
               "on a window sill"),
        sense=("It smelled of fresh bread.", "Somebody was [whistling|singing] behind a window.",
               "A cart rattled over the stones.", "The little houses stood close together."),
        height="the highest roof", gap="a gate that was stuck", seat="a bench by the well"),
    "castle": dict(
        at="at the castle", to="to the castle",
        spots=("behind a suit of armour", "under the stairs", "at the foot of the tower", "inside an old chest",
               "beside the drawbridge", "behind a curtain"),
        sense=("Flags [fluttered|flapped] on the towers.", "The old stones were [cool|smooth].",
               "Every step made an echo in the hall.", "The great gate creaked."),
        height="the tallest tower", gap="a heavy old door", seat="the broad stone steps"),
    "garden": dict(
        at="in the garden", to="to the garden",
        spots=("under a rose bush", "behind the watering can", "between the carrots", "beside the pond",
               "under a cabbage leaf", "behind a row of tulips"),
        sense=("Bees [hummed|buzzed] in the flowers.", "It smelled of roses and [mint|wet earth].",
               "The grass tickled {his} feet.", "A butterfly [danced|sailed] by."),
        height="the pear tree", gap="a thick hedge", seat="the edge of the pond"),
    "snow": dict(
        at="in the snow", to="into the snow",
        spots=("behind a white hill", "under a frosty bush", "beside a frozen pond", "in a hollow of ice",
               "next to a snowman", "under a bent fir tree"),
        sense=("Everything was white and [still|quiet].", "Each step went crunch, crunch.",
               "Little flakes [danced|tumbled] through the air.", "{His} breath made small white clouds."),
        height="a tall fir tree", gap="a great white drift", seat="an old sledge"),
}  # fmt: skip

# open: begins a page 1; it: "It was …"; late: begins a later page; turn: a sentence of its own; sense: what one notices.
TIMES = {
    "day": dict(
        open=("One [sunny|bright|fine|fresh|breezy|warm] morning", "On a [fine|bright|sunny|clear] day", "Early one morning",
              "One [sunny|lazy|warm|bright] afternoon", "On a [lovely|cheerful|quiet] sunny morning"),
        it=("a [bright|fine|sunny|clear] morning", "a [warm|lazy|sunny] afternoon", "a lovely sunny day"),
        after=("In the morning", "The next morning", "When morning came"),
        dry=("When the rain stopped and the sun came out", "When the sunshine was back"),
        turn=("The next morning was [bright|fine|clear].", "Morning came at last."),
        drying=("The rain stopped and the sun came out.", "At last the rain was over, and the sun came out."),
        sense=("The sun was out.", "Sunshine lay on everything.", "The sky was wide and blue and full of sunshine.")),
    "sunset": dict(
        open=("One golden evening", "At sunset one evening", "One evening, as the sun was going down", "Just before sunset",
              "One [warm|mild|quiet|calm] evening"),
        it=("a [golden|calm|mild] evening", "almost sunset", "a quiet evening, and the sun was going down"),
        after=("At sunset", "That evening", "As the sun was going down", "By evening", "When evening came"),
        turn=("The sun was going down.", "Slowly it became evening.", "Soon it was sunset.", "Then the evening came."),
        sense=("The evening sky was pink and gold.", "The sunset painted everything gold.",
               "The sun was going down, round and red.")),
    "night": dict(
        open=("One [clear|quiet|still|warm] night", "Late one night", "One night, under a round moon",
              "One night, when the stars were out", "In the middle of the night"),
        it=("a [clear|quiet|still] night", "late at night", "a moonlit night"),
        after=("That night", "Late that night", "By moonlight", "When night came", "When the moon was up"),
        turn=("Then the night came.", "The moon came up.", "Soon it was night.", "One by one the stars came out."),
        sense=("The moon looked on, big and round.", "Stars twinkled over everything.", "The night was very still.")),
    "rain": dict(
        open=("One rainy morning", "On a rainy day", "One grey and rainy day", "One afternoon, while rain was falling",
              "One wet and rainy afternoon"),
        it=("a rainy morning", "raining softly", "a grey and rainy day", "a wet and rainy day"),
        after=("In the rain", "While the rain came down", "Under the dripping rain", "As the rain fell"),
        turn=("Then it began to rain.", "Rain began to fall.", "Plip, plop, down came the rain.",
              "Grey clouds came, and then the rain."),
        sense=("The rain went plip, plop.", "Raindrops ran down {his} nose.", "The rain drummed on everything.")),
}  # fmt: skip

# mood: what kind of thing; love: what one likes about it; play, share: what one and two do with it; gone: how it got away;
# clue: the sign that it is near; use: how it helps a traveller; want: why one wishes for it.
THINGS = {
    "kite": dict(
        doing=("was flying {aT}", "was running along with {aT}", "was getting {aT} ready to fly"),
        play=("let the {t} dance in the wind", "made the {t} dip and swoop", "flew the {t} as high as the clouds"),
        share=("took turns holding the string of the {t}", "flew the {t} side by side", "made the {t} dance together"),
        gone=("A gust of wind [came|blew], and the {xt} was gone.", "[Snap|Ping]! The string broke, and the {xt} was gone.",
              "The wind took the {xt}, and soon it was gone."),
        clue=("a long string [on the ground|in the air]", "a tail of paper bows"),
        learn="fly {aT}", hard=("It went up, and then it came straight down.", "It spun round twice and fell on its nose."),
        want="It would be fun to hold the wind on a string"),
    "balloon": dict(
        doing=("was holding {aT}", "was skipping along with {aT}", "was taking {aT} for a walk"),
        play=("let the {t} bob up and down", "danced with the {t}", "patted the {t} from hand to hand"),
        share=("patted the {t} to and fro", "danced around the {t}", "held the {t} together"),
        gone=("A puff of wind came, and the {xt} was gone.", "The knot came loose, and the {xt} was gone.",
              "The {xt} slipped away, up and up, until it was gone."),
        clue=("a long ribbon [on the ground|in the air]", "something round that bobbed"),
        learn="dance with {aT}", hard=("It bobbed away each time.", "It bumped {his} nose and floated off."),
        want="It would be fun to have something that could float"),
    "umbrella": dict(
        doing=("was twirling {aT}", "was walking about with {aT}", "was opening and closing {aT}"),
        play=("twirled the {t} like a wheel", "danced with the {t}", "marched about with the {t}"),
        share=("sat close together under the {t}", "twirled the {t} in turn", "walked arm in arm under the {t}"),
        gone=("Whoosh! The wind pulled, and the {xt} was gone.", "A gust turned it inside out, and the {xt} was gone.",
              "{H} put it down for a moment, and then the {xt} was gone."),
        clue=("a curved handle", "a row of round holes in the mud"),
        learn="twirl {aT}", hard=("It opened with a bang and {h} sat down.", "It turned inside out with a pop."),
        want="It would be like having a small roof of one's own"),
    "key": dict(
        doing=("was polishing {aT}", "was playing with {aT}", "was carrying {aT} on a ribbon"),
        play=("turned the {t} this way and that", "polished the {t} until it shone", "wore the {t} on a ribbon"),
        share=("tried the {t} in every little lock", "opened a tiny box with the {t}", "took turns wearing the {t}"),
        gone=("The ribbon came loose, and the {xt} was gone.", "There was a hole in {his} pocket, and the {xt} was gone.",
              "Clink, clink, clink, and the {xt} was gone."),
        clue=("a small clinking sound", "a ribbon on the ground"),
        learn="turn {aT} in a rusty lock", hard=("It went in, but it would not turn.", "It fell out with a clink."),
        want="Who knows what it might open"),
    "lantern": dict(
        doing=("was carrying {aT}", "was polishing {aT}", "was swinging {aT}"),
        play=("swung the {t} to and fro", "made shadow animals with the {t}", "let the {t} shine on every leaf and stone"),
        share=("made funny shadows with the {t}", "sat in the warm light of the {t}", "carried the {t} between them"),
        gone=("{H} put it down and turned round, and then the {xt} was gone.", "The hook came loose, and the {xt} was gone.",
              "{H} stopped for a nap, and then the {xt} was gone."),
        clue=("a warm yellow glow", "a small squeak, squeak, like a handle"),
        learn="light {aT}", hard=("It went out with a puff.", "It flickered once and went out."),
        want="Its light would be good company"),
    "book": dict(
        doing=("was reading {aT}", "was sitting with {aT}", "was looking at the pictures in {aT}"),
        play=("read the {t} from front to back", "looked at every picture in the {t}", "read the {t} in a funny voice"),
        share=("read the {t} aloud, a page each", "looked at the {t} side by side", "laughed at the pictures in the {t}"),
        gone=("{H} dozed off, and then the {xt} was gone.", "{H} turned round for a moment, and the {xt} was gone.",
              "{H} stopped to chase a butterfly, and then the {xt} was gone."),
        clue=("a single loose page", "the rustle of paper"),
        learn="read {aT}", hard=("The letters hopped about like fleas.", "The words were as long as snakes."),
        want="There might be a whole world inside"),
    "star": dict(
        doing=("was holding {aT}", "was talking to {aT}", "was carrying {aT} in both arms"),
        play=("danced with the {t}", "made the {t} twinkle by singing", "tickled the {t} until it glowed"),
        share=("sang to the {t} until it glowed", "held the {t} between them", "told the {t} a long story"),
        gone=("{H} sneezed, and the {xt} was gone.", "The {xt} gave a hop, and then it was gone.",
              "{H} blinked twice, and the {xt} was gone."),
        clue=("a trail of silver dust", "a soft silver glow"),
        learn="make {aT} glow", hard=("It only yawned.", "It gave one tiny blink and no more."),
        want="It would be lovely to have a light that listens"),
    "ball": dict(
        doing=("was bouncing {aT}", "was rolling {aT} about", "was playing with {aT}"),
        play=("bounced the {t} a hundred times", "threw the {t} up and caught it", "rolled the {t} round and round"),
        share=("threw the {t} to and fro", "rolled the {t} from one to the other", "played catch with the {t}"),
        gone=("It bounced too high, and the {xt} was gone.", "It rolled and rolled, and the {xt} was gone.",
              "Bump, bump, bump, and the {xt} was gone."),
        clue=("a round mark in the dust", "a soft bump, bump, bump"),
        learn="catch {aT}", hard=("It bounced off {his} nose.", "It rolled right past {him}."),
        want="It would be fun to have something to bounce"),
    "bell": dict(
        doing=("was ringing {aT}", "was polishing {aT}", "was playing with {aT}"),
        play=("rang the {t} high and low", "played a tune on the {t}", "made the {t} sing"),
        share=("rang the {t} in turn", "danced to the sound of the {t}", "made up a song for the {t}"),
        gone=("The string broke, and the {xt} was gone.", "Ding, dong, and the {xt} was gone.",
              "{H} put it in the wrong pocket, and soon the {xt} was gone."),
        clue=("a faint ding, ding", "a tiny jingling sound"),
        learn="ring {aT} in tune", hard=("It went clonk.", "It made no more noise than a mouse."),
        want="One could ring it and all the friends would come"),
    "crown": dict(
        doing=("was trying on {aT}", "was wearing {aT}", "was polishing {aT}"),
        play=("wore the {t} and bowed to the beetles", "walked about with the {t}, very straight",
              "put on the {t} and waved"),
        share=("took turns wearing the {t}", "played kings and queens with the {t}", "were both kings under one {t}"),
        gone=("{H} bowed too low, and the {xt} was gone.", "{H} took it off to scratch, and then the {xt} was gone.",
              "It slid off and rolled away, and the {xt} was gone."),
        clue=("a golden glimmer", "a ring in the dust, as round as a plate"),
        learn="walk with {aT} on", hard=("It slid down over {his} eyes.", "It fell off at the third step."),
        want="It would be fun to be king for an hour"),
    "apple": dict(
        doing=("was shining {aT}", "was saving {aT} for later", "was carrying {aT} very carefully"),
        play=("rolled the {t} round and round", "shone the {t} until it gleamed", "balanced the {t} on one hand"),
        share=("shared the {t}, bite by bite", "cut the {t} in two and ate it", "ate the {t} to the last bite"),
        gone=("It rolled off, faster and faster, and the {xt} was gone.", "{H} shut {his} eyes, and then the {xt} was gone.",
              "Plop, roll, bump, and the {xt} was gone."),
        clue=("a sweet smell", "a leaf and a stalk on the ground"),
        learn="balance {aT} on {his} head", hard=("It rolled off at once.", "It fell with a plop."),
        want="It would be sweet and crisp and enough for two"),
    "cake": dict(
        doing=("was carrying {aT}", "was putting the last cherry on {aT}", "was guarding {aT}"),
        play=("put one more cherry on the {t}", "walked round the {t} three times", "sniffed at the {t} with both eyes shut"),
        share=("shared the {t}, crumb by crumb", "ate the {t} with both hands", "cut the {t} into fair pieces"),
        gone=("{H} turned round to fetch a spoon, and the {xt} was gone.", "{H} shut {his} eyes, and then the {xt} was gone.",
              "{H} put it down for a moment, and then the {xt} was gone."),
        clue=("a trail of crumbs", "a sweet smell of sugar"),
        learn="bake {aT}", hard=("It came out as flat as a plate.", "It sank in the middle with a sigh."),
        want="A party needs something sweet"),
    "drum": dict(
        doing=("was beating {aT}", "was tapping on {aT}", "was marching about with {aT}"),
        play=("beat the {t} like thunder", "tapped a slow march on the {t}", "made the {t} go rum-pum-pum"),
        share=("beat the {t} in turn", "marched to the sound of the {t}", "played the {t} and sang along"),
        gone=("It rolled down the path, and the {xt} was gone.", "{H} put it down to look at a beetle, and the {xt} was gone.",
              "Rum-pum, bump, and the {xt} was gone."),
        clue=("a dull boom, boom", "two little sticks on the ground"),
        learn="play {aT}", hard=("It went boom at the wrong moment.", "One stick flew off and the other followed."),
        want="One could march with it, and everybody would follow"),
    "feather": dict(
        doing=("was blowing {aT} about", "was stroking {aT}", "was watching {aT} float"),
        play=("blew the {t} up again and again", "let the {t} sail down slowly", "tickled {himself} with the {t}"),
        share=("blew the {t} to and fro", "tickled each other with the {t}", "watched the {t} sail about"),
        gone=("A puff of wind came, and the {xt} was gone.", "{H} had to sneeze, and the {xt} was gone.",
              "It sailed up and away, and soon the {xt} was gone."),
        clue=("something soft and blue in the air", "a tiny bit of down"),
        learn="keep {aT} in the air", hard=("It sank to the ground each time.", "It flew up {his} nose."),
        want="It is so light that one could float along with it"),
    "basket": dict(
        doing=("was carrying {aT}", "was filling {aT} with small treasures", "was weaving the last loop of {aT}"),
        play=("filled the {t} to the top", "hid inside the {t}", "swung the {t} round and round"),
        share=("filled the {t} together", "had a picnic out of the {t}", "carried the {t} between them"),
        gone=("{H} put it down to rest, and then the {xt} was gone.", "It tipped over and rolled off, and the {xt} was gone.",
              "{H} turned round for a berry, and the {xt} was gone."),
        clue=("a trail of berries", "a bit of straw on the ground"),
        learn="carry {aT} on {his} head", hard=("It tipped over at once.", "It slid down over {his} ears."),
        want="One could carry a whole picnic in it"),
    "teapot": dict(
        doing=("was polishing {aT}", "was making tea in {aT}", "was carrying {aT} very carefully"),
        play=("poured tea from the {t} for the beetles", "polished the {t} until it shone", "made the {t} whistle"),
        share=("drank tea from the {t}, cup by cup", "had a tea party with the {t}", "warmed themselves at the {t}"),
        gone=("{H} went to fetch the cups, and then the {xt} was gone.", "{H} shut {his} eyes for a nap, and the {xt} was gone.",
              "{H} put it down for a moment, and the {xt} was gone."),
        clue=("a little cloud of steam", "a faint whistle"),
        learn="pour from {aT}", hard=("It dripped all over {his} feet.", "The lid fell off with a clatter."),
        want="One could ask all the friends to tea"),
    "boat": dict(
        doing=("was pulling {aT} on a string", "was painting {aT}", "was making waves for {aT}"),
        play=("sailed the {t} round and round", "was captain of the {t}", "blew into the sail of the {t}"),
        share=("sailed the {t} to and fro", "were captain and mate of the {t}", "pulled the {t} together"),
        gone=("The wind filled its sail, and the {xt} was gone.", "The string came loose, and the {xt} was gone.",
              "{H} looked up at a cloud, and then the {xt} was gone."),
        clue=("a scrap of yellow sail", "a wet string"),
        learn="sail {aT}", hard=("It went round in a circle.", "It tipped over with a splash."),
        want="One could sail right round the world with it"),
    "trumpet": dict(
        doing=("was blowing {aT}", "was polishing {aT}", "was practising on {aT}"),
        play=("blew the {t} as loud as {he} could", "played a tune on the {t}", "made the {t} go toot, toot"),
        share=("blew the {t} in turn", "danced to the tune of the {t}", "made up a march for the {t}"),
        gone=("{H} stopped to catch {his} breath, and the {xt} was gone.", "It slid out of its bag, and the {xt} was gone.",
              "Toot, clatter, and the {xt} was gone."),
        clue=("a far-off toot, toot", "a golden glint"),
        learn="blow {aT}", hard=("It only went pffff.", "It squeaked like a mouse."),
        want="One could wake up the whole world with it"),
    "clock": dict(
        doing=("was winding up {aT}", "was carrying {aT}", "was listening to {aT}"),
        play=("wound up the {t} and let it ring", "danced to the tick-tock of the {t}", "set the {t} to party time"),
        share=("wound up the {t} in turn", "raced against the {t}", "danced to the tick-tock of the {t}"),
        gone=("It hopped and rang and rolled, and the {xt} was gone.", "{H} dozed off, and then the {xt} was gone.",
              "Tick, tock, and the {xt} was gone."),
        clue=("a soft tick, tock", "a ring, very far away"),
        learn="read {aT}", hard=("It always said something else.", "The hands pointed the wrong way."),
        want="One would never be late for a party again"),
    "guitar": dict(
        doing=("was playing {aT}", "was tuning {aT}", "was singing along with {aT}"),
        play=("played the {t} soft and low", "sang a song to the {t}", "plucked every string of the {t}"),
        share=("sang to the sound of the {t}", "played the {t}, two strings each", "made up a song on the {t}"),
        gone=("{H} went to fetch a cushion, and then the {xt} was gone.", "{H} put it down to clap, and the {xt} was gone.",
              "Plink, plonk, and the {xt} was gone."),
        clue=("a soft plink, plonk", "a piece of string that hummed"),
        learn="play {aT}", hard=("It went plonk.", "A string went ping and jumped off."),
        want="One could sing to it, and everybody would dance"),
}  # fmt: skip
LOOKS = {
    "kite": ("paper", "little"), "balloon": ("round", "shiny"), "umbrella": ("big", "old"), "key": ("little", "old"),
    "lantern": ("little", "bright"), "book": ("thick", "new"), "star": ("little", "fallen"), "ball": ("bouncy", "new"),
    "bell": ("little", "silver"), "crown": ("golden", "paper"), "apple": ("shiny", "ripe"), "cake": ("tall", "sweet"),
    "drum": ("little", "loud"), "feather": ("soft", "long"), "basket": ("big", "round"), "teapot": ("round", "old"),
    "boat": ("little", "wooden"), "trumpet": ("shiny", "golden"), "clock": ("round", "old"), "guitar": ("little", "new"),
}  # fmt: skip
