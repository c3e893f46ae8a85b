"""A hundred captions of the kind that the published model was trained on."""

WHO = (
    "a brown dog",
    "a white cat",
    "an old fisherman",
    "a girl in a red coat",
    "a boy with a kite",
    "a family",
    "two friends",
    "a street musician",
    "a grey horse",
    "a flock of birds",
)
WHERE = (
    "on a sandy beach at sunset",
    "in a snowy forest",
    "in a busy market street",
    "beside a wooden boat on a lake",
    "in a garden full of flowers",
    "on a stone bridge in the rain",
    "in a small kitchen",
    "on top of a mountain under a blue sky",
    "in front of a lighthouse at night",
    "at a birthday party with balloons",
)


def captions(count: int = 100) -> list[str]:
    """Any first so many of them name every hero and every place about equally often."""
    return [f"{WHO[i % 10]} {WHERE[(i + i // 10) % 10]}" for i in range(count)]
