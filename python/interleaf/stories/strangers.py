"""Nouns that prompts may have and pictures cannot: animals, people and things from elsewhere, and made-up words. One in
five is kept for the held-out split, so that copying is learnt and not the words."""

from random import Random
from zlib import crc32

from interleaf.stories import names
from interleaf.stories.wordings import NEAREST

BEINGS = tuple(
    sorted({w for words in NEAREST.values() for w in words.split()}
    | set("""zebra robot dragon princess pirate wizard knight astronaut mermaid fairy pig sheep goat shark camel llama king
    queen policeman fireman doctor teacher grandmother grandfather baby boy girl alien ninja cowboy cook tractor bus train digger
    dwarf elf gnome prince sailor gardener postman baker farmer dancer painter goblin snowman scarecrow puppet clown""".split()))
)  # fmt: skip
THINGS = tuple(
    """toaster rocket spaceship bicycle piano shoe sock banana pizza spoon fork table chair lamp computer phone camera pencil
    paintbrush sandwich carrot potato cheese cookie lollipop telescope submarine aeroplane helicopter skateboard violin treasure
    diamond ring shield wand broom cauldron bucket shovel ladder rope tent suitcase letter compass radio television cup pillow
    blanket mirror volcano tower bridge island whistle button ribbon candle pumpkin strawberry cherry orange lemon tomato
    mushroom pancake waffle biscuit muffin jam honey backpack jacket glove mitten boot slipper sledge scooter wagon truck crane
    lighthouse windmill waterfall rainbow cloud comet planet puddle tunnel maze swing slide trampoline seesaw puzzle yo-yo
    marble domino rocking-chair bathtub soap towel toothbrush comb hammer saw nail screwdriver magnet battery engine wheel
    anchor sail oar map globe stamp envelope newspaper notebook ruler rubber crayon chalk scissors glue""".split()
)


def kept(word: str) -> bool:
    return crc32(f"noun {word}".encode()) % 5 == 0


def word(random: Random, split: str | None) -> str:
    """A being in four of ten cases, a thing in three, a word that nobody has heard of in three."""
    while True:
        share = random.random()
        found = random.choice(BEINGS) if share < 0.4 else random.choice(THINGS) if share < 0.7 else names.noun(random)
        if split is None or kept(found) == (split == "held-out"):
            return found
