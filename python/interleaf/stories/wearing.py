"""What somebody wears: from when, and until when."""

from random import Random

from interleaf.stories.state import Facts
from interleaf.stories.tale import Tale
from interleaf.world.vocabulary import ACCESSORIES

WORN = 0.22  # share of stories in which the hero wears something, unless the prompt says so
FROM_THE_START = 0.75
FATES = (("give", 0.12), ("off", 0.06), ("blown", 0.12))  # shares of what becomes of it later on; mostly it stays
FRIENDS = 0.1  # share of stories in which the friend wears something, too
HAS = (
    "{hh} wore {acc}.", "{hh} wore {acc}, as always.", "{hh} had {acc} on.", "{hh} was wearing {acc}.",
    "Everybody knew {him} by {his} {worn}.", "{hh} had {his} new {worn} on.", "{hh} wore {his} favourite {worn}.",
    "{hh} wore {acc} that was a little too big.", "{hh} had put on {his} best {worn}.", "{hh} wore {his} {worn} in all weathers.",
)  # fmt: skip
GETS = (
    "{hh} found {acc} {spot} and put it on.", "{hh} was a little cold and put on {acc}.", "{hh} put on {acc}. It fitted well.",
    "{hh} pulled {acc} out of a bag and put it on.", "{hh} got {acc} from a kind old neighbour and put it on.",
    "{hh} had {acc} in {his} bag and put it on.",
)  # fmt: skip
GIVES = (
    "{H} gave {F} {theacc}. It looked good on {fhim}.", "{H} gave {F} {theacc}, because {f} was cold.",
    "{H} gave {F} {theacc} to keep. \"Because you are my friend,\" {he} said.",
)  # fmt: skip
OFF = ("{hh} took off {theacc} and put it in a bag.", "{hh} took off {theacc} and hung it up to dry.",
       "{hh} took off {theacc}, for {he} was warm from walking.")  # fmt: skip
BLOWN = ("A gust of wind came, and {hh} lost {theacc}.", "Whoosh! In a puff of wind {hh} lost {theacc}.",
         "{hh} had to sneeze so hard that {he} lost {theacc}.")  # fmt: skip
BACK = ("{hh} found {theacc} {spot} and put it on again.", "And look! {hh} found {theacc} again and put it on.",
        "There, {spot}, {hh} found {theacc} and put it back on.")  # fmt: skip
AGAIN = {
    "hat": ("{hh} pulled the {hat} over {his} ears.", "{hh} held on to the {hat} with one hand.", "{hh} waved the {hat} and put it back on.",
            "{hh} pushed the {hat} up and scratched {his} head."),
    "scarf": ("{hh} pulled the {hat} up to {his} chin.", "The ends of the {hat} fluttered behind {him}.", "{hh} wrapped the {hat} round once more.",
              "{hh} wiped {his} nose on the end of the {hat}."),
}  # fmt: skip
FRIEND_HAS = ("{F} wore {facc}.", "{F} had {facc} on.", "{F} was wearing {facc}.")


STILL = ("{hh} still wore {theacc}.", "{hh} had {theacc} on, of course.", "{hh} was wearing {theacc}, as always.")


def plan(random: Random, facts: Facts, pages: int) -> dict:
    """What the hero wears, the page from whose text on, and what becomes of it on which page."""
    worn = facts.accessory or (random.choice(ACCESSORIES) if random.random() < WORN else None)
    if worn in facts.avoid or any(word in facts.avoid for word in (worn or "").split()):
        worn = None
    start = 1 if facts.accessory or random.random() < FROM_THE_START else random.randint(2, max(2, pages - 1))
    fate, end = random.random(), None
    for name, share in FATES:
        if 0 <= fate < share:
            end = name
        fate -= share
    friends = [a for a in ACCESSORIES if a != worn and not set(a.split()) & facts.avoid]
    return {"worn": worn, "from": start, "end": None if facts.accessory else end,
            "until": random.randint(start + 1, max(start + 1, pages - 1)),
            "friend": random.choice(friends) if friends and random.random() < FRIENDS else None}  # fmt: skip


def dressed(t: Tale) -> None:
    """What this page says about it. Only where the hero is the page's own figure, so that it is clear who wears it."""
    plan, page, hero, friend = t.wardrobe, len(t.pages) + 1, t.cast["h"], t.cast["f"]
    introduce_friends(t)
    if plan.get("blown") and hero.wears is None and page == t.count and t.first in ("h", "f"):
        t.say(BACK)  # what is lost is found again before the end
        hero.wears = plan["worn"]
        return
    if plan["worn"] is None or t.first != "h" or t.together:
        return
    t.notes |= {"worn": plan["worn"], "acc": f"a {plan['worn']}", "theacc": f"the {plan['worn']}"}
    if plan.get("carried"):
        plan["carried"] = False
        t.say(STILL)
    elif not plan.get("begun"):
        if page >= plan["from"]:
            plan["begun"] = True
            t.say(HAS if page == t.chapter == 1 else GETS)
            hero.wears = plan["worn"]
    elif plan.get("blown"):
        if hero.wears is None and page > plan["blown"]:
            t.say(BACK)
            hero.wears = plan["worn"]
    elif plan["end"] and hero.wears and page >= plan["until"]:
        change(t, plan, page, hero, friend)
    elif hero.wears and 1 < page < t.count and t.chance(0.15):
        t.say(AGAIN[hero.wears.split()[-1]])


def change(t: Tale, plan: dict, page: int, hero, friend) -> None:
    if plan["end"] == "off":
        t.say(OFF)
    elif plan["end"] == "blown" and page < t.count:
        t.say(BLOWN)
        plan["blown"], t.moody = page, True
    elif plan["end"] == "give" and friend.met and not friend.wears:
        t.say(GIVES)
        friend.wears, plan["end"] = hero.wears, None
    else:
        return
    hero.wears = None


def introduce_friends(t: Tale) -> None:
    """Once the friend has come, what the friend wears."""
    friend, worn = t.cast["f"], t.wardrobe.get("friend")
    if worn and 0 < len(t.pages) < t.count - 1 and friend.met and "f" in t.named and friend.wears is None:
        t.notes["facc"], t.wardrobe["friend"] = f"a {worn}", None
        t.say(FRIEND_HAS)
        friend.wears = worn
