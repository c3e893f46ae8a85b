"""What somebody wears: from when, and until when."""

from random import Random

from interleaf.stories.state import Facts
from interleaf.stories.tale import Tale
from interleaf.world.vocabulary import ACCESSORIES

WORN = 0.33  # share of stories in which the hero wears something, unless the prompt says so
FROM_THE_START = 0.75
GIVEN, TAKEN_OFF = 0.1, 0.06  # share of those in which it goes to the friend, or comes off, later on
HAS = (
    "{H} was wearing {acc}.", "{H} wore {acc}, as always.", "{H} had {acc} on.", "{H} wore {acc} that day.",
    "{H} was very fond of wearing {acc}.",
)  # fmt: skip
GETS = (
    "{H} found {acc} {spot} and put it on.", "{H} was a little cold and put on {acc}.", "{H} put on {acc}. It fitted well.",
    "{H} was given {acc} by a kind old neighbour and put it on.", "{H} pulled {acc} out of a bag and put it on.",
)  # fmt: skip
GIVES = ("{H} gave {F} {theacc}. It looked good on {fhim}.", "{H} gave {F} {theacc}, because {f} was cold.")
OFF = ("{H} took off {theacc}, for it was warm.", "{H} took off {theacc} and put it in a bag.")


def plan(random: Random, facts: Facts, pages: int) -> dict:
    """What the hero wears, the page from whose text on, and the page on which it is given away or taken off."""
    worn = facts.accessory or (random.choice(ACCESSORIES) if random.random() < WORN else None)
    start = 1 if facts.accessory or random.random() < FROM_THE_START else random.randint(2, max(2, pages - 1))
    fate = random.random()
    end = None if facts.accessory else "give" if fate < GIVEN else "off" if fate < GIVEN + TAKEN_OFF else None
    return {"worn": worn, "from": start, "end": end, "until": random.randint(start + 1, max(start + 1, pages))}


def dressed(t: Tale) -> None:
    """What this page says about it. Only where the hero is the page's own figure, so that it is clear who wears it."""
    plan, page, hero, friend = t.wardrobe, len(t.pages) + 1, t.cast["h"], t.cast["f"]
    if plan["worn"] is None or t.first != "h":
        return
    t.notes["acc"], t.notes["theacc"] = f"a {plan['worn']}", f"the {plan['worn']}"
    if not plan.get("begun") and page >= plan["from"]:
        plan["begun"] = True
        t.say(HAS if page == 1 else GETS)
        hero.wears = plan["worn"]
    elif plan["end"] and hero.wears and page >= plan["until"]:
        if plan["end"] == "off":
            t.say(OFF)
        elif friend.met:
            t.say(GIVES)
            friend.wears = hero.wears
        else:
            return
        hero.wears = None
