"""The plot families. A family is a list of beats; a beat writes one page."""

from interleaf.stories.families import (
    brave,
    evening,
    help,
    journey,
    lost,
    making,
    meeting,
    mystery,
    quest,
    sharing,
    surprise,
    trying,
)

FAMILIES = {
    "lost and found": lost.beats,
    "wish": quest.beats,
    "helping": help.beats,
    "one for two": sharing.beats,
    "new friend": meeting.beats,
    "surprise": surprise.beats,
    "try again": trying.beats,
    "a little brave": brave.beats,
    "making": making.beats,
    "there and back": journey.beats,
    "mystery": mystery.beats,
    "evening": evening.beats,
}
