"""Judges a model by what it was taught: scenes and prompts without what it does not know."""

from dataclasses import replace

from interleaf.config import Knowledge
from interleaf.world.vocabulary import THINGS, Scene

from .network import FIELDS

EVERYTHING = Knowledge()


def fields(knows: Knowledge) -> tuple[str, ...]:
    """What of a scene is measured."""
    unknown = {"feeling": not knows.feelings, "accessory": not knows.accessories}
    return tuple(field for field in FIELDS if not unknown.get(field))


def within(scene: Scene, knows: Knowledge) -> Scene:
    """The scene as the model can mean it: what it does not know is None."""
    return replace(
        scene,
        thing=scene.thing if scene.thing in THINGS[: knows.things] else None,
        feeling=scene.feeling if knows.feelings else None,
        accessory=scene.accessory if knows.accessories else None,
    )


def answerable(facts: dict, knows: Knowledge) -> bool:
    """Whether a prompt with these facts (see stories.state.Facts) asks for nothing that the model does not know."""
    return (
        facts.get("thing") in (None, *THINGS[: knows.things])
        and (facts.get("pages") or 0) <= knows.pages
        and (knows.feelings or not facts.get("feeling"))
        and (knows.accessories or not facts.get("accessory"))
    )
