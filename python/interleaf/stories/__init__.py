"""Endless picture-book stories with an exact scene for every picture."""

from interleaf.stories.corpus import encode_prompt, known_words, neutral, segments
from interleaf.stories.oracle import read_story
from interleaf.stories.state import Page, Story
from interleaf.stories.telling import held_out, story, story_for

__all__ = [
    "Page",
    "Story",
    "encode_prompt",
    "held_out",
    "known_words",
    "neutral",
    "read_story",
    "segments",
    "story",
    "story_for",
]
