"""Ways to tell a story that differ in one thing: whose words, what a picture is painted from, what is seen again.

Each is a `Telling`, so that every comparison runs through `tell.tell_many`, as stories themselves do.
"""

from collections.abc import Callable, Mapping

import torch

from interleaf.config import Denoising
from interleaf.script import WrittenPage
from interleaf.stories import Story, tokens
from interleaf.stories.corpus import segments
from interleaf.tell import Telling, ToldPage, paint_from
from interleaf.train.picture import Painter
from interleaf.train.scenes import pixels
from interleaf.train.vision import normalised
from interleaf.world.captions import caption

LONGEST_CAPTION = 48  # tokens


class Captioning(Telling):
    """The two-stage baseline: [IMG0], then a caption of the model's own, always its likeliest word."""

    def imagine(self) -> str:
        end, ids = tokens.load().token_to_id("</Img>"), []
        self._feed([self.config.voken_ids[0]], [])
        while len(ids) < LONGEST_CAPTION:
            logits = self.context.logits.copy()
            logits[[*self.config.voken_ids, self.config.image_token]] = -float("inf")
            if (token := int(logits.argmax())) == end:
                break
            ids.append(token)
            self._feed([token], [])
        self.hidden = self._feed([end], [])[-1]
        return tokens.decode(ids).strip()


def following(
    stories: Mapping[int, Story],
    base: type[Telling] = Telling,
    history: str = "drawn",
    texts: bool = True,
    captions: bool = False,
    last: bool = False,
    goes_on: bool = False,
) -> type[Telling]:
    """Tells the given stories, each found by its seed: their words are fed, not sampled, and only the pictures are the
    model's.

    history: which pictures are seen again, the `drawn` ones of the story, its `own`, or `none`. texts: whether the
    pages before are read again. captions: a picture is what its true caption says. last: only a story's
    last picture is painted. goes_on: the last page is the model's own.
    """

    class Following(base):
        def write(self):
            number, story = len(self.told.pages), stories[self.told.seed]
            given, final = segments(story)[number], number + 1 == len(story.pages)
            if final and goes_on:
                return super().write()
            self.scene = given.page.scene
            self.page = WrittenPage(given.page.text, not final, list(given.before), list(given.after))
            self.told.pages.append(ToldPage(given.page.text, given.page.picture_at))
            self.over, self.told.ended = final, "story" if final else "limit"
            later = any(page.scene for page in story.pages[number + 1 :])
            if self.scene is None or goes_on or (last and later):
                return None
            if given.before:
                self.hidden = self._feed(list(given.before), [])[-1]
            return caption(self.scene) if captions else self.imagine()

        def turn(self, sight):
            if history == "drawn" and self.scene is not None:
                image = pixels(self.scene, self.told.seed, self.config.autoencoder.size)
                sight = self.context.model.eyes(normalised(image[None], self.config))[0]
            if not texts:
                stop = tokens.encode("###") if self.page.stopped else []
                self.page = WrittenPage("", self.page.stopped, [], stop)
            super().turn(None if history == "none" else sight)

    return Following


def from_captions(painter: Painter) -> Callable[..., torch.Tensor]:
    """Paints captions, as `tell.paint` paints vokens."""

    def painting(model, captions, seeds: list[int], page: int, how: Denoising) -> torch.Tensor:
        heard, unheard = painter.encode(list(captions)), painter.encode([""])
        return paint_from(model, heard, unheard, seeds, page, how)

    return painting
