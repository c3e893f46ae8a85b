"""A scene in words: the one canonical caption, and paraphrases that mean the same scene."""

from .vocabulary import Scene

PLACE_PHRASES = {
    "beach": "on the beach", "forest": "in the forest", "mountains": "in the mountains", "desert": "in the desert",
    "village": "in the village", "castle": "at the castle", "garden": "in the garden", "snow": "in the snow",
}  # fmt: skip
TIME_PHRASES = {"day": "on a sunny day", "sunset": "at sunset", "night": "at night", "rain": "in the rain"}
WITH_THING = (
    "{a_hero} with {a_thing} {place} {time}",
    "{a_hero} {place} {time}, with {a_thing}",
    "{time}, {a_hero} has {a_thing} {place}",
    "{a_hero} and {a_thing} {place} {time}",
    "{place} {time}: {a_hero} with {a_thing}",
    "{the_hero} found {a_thing} {place} {time}",
    "a picture of {a_hero} with {a_thing} {place} {time}",
)
WITHOUT_THING = (
    "{a_hero} {place} {time}",
    "{time}, {a_hero} is {place}",
    "{a_hero} all alone {place} {time}",
    "{place} {time}: {a_hero}",
    "there is {a_hero} {place} {time}",
    "{the_hero} stands {place} {time}",
    "a picture of {a_hero} {place} {time}",
)


def with_article(noun: str) -> str:
    """'an owl', 'a turtle'. Enough for the words of the vocabulary; 'umbrella' is the only u and takes 'an'."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def hero_phrase(scene: Scene) -> str:
    """'turtle', 'sad turtle', 'turtle in a red scarf', 'sad turtle in a red scarf'."""
    feeling = f"{scene.feeling} " if scene.feeling else ""
    return f"{feeling}{scene.hero}" + (f" in a {scene.accessory}" if scene.accessory else "")


def _fill(template: str, scene: Scene) -> str:
    hero = hero_phrase(scene)
    return template.format(
        the_hero=f"the {hero}",
        a_hero=with_article(hero),
        a_thing=with_article(scene.thing) if scene.thing else "",
        place=PLACE_PHRASES[scene.place],
        time=TIME_PHRASES[scene.time],
    )


def caption(scene: Scene) -> str:
    """The canonical caption: 'a sad turtle in a red scarf with a kite on the beach at night'."""
    return _fill((WITH_THING if scene.thing else WITHOUT_THING)[0], scene)


def captions(scene: Scene, rng) -> str:
    """One of seven paraphrases; rng is a numpy Generator."""
    templates = WITH_THING if scene.thing else WITHOUT_THING
    return _fill(templates[int(rng.integers(len(templates)))], scene)


alt_text = caption
