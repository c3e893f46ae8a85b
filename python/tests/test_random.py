import numpy as np

from interleaf import random_numbers


def hexes(values):
    return [f"{int(value):08x}" for value in values]


def test_philox_gives_the_published_known_answers():
    """kat_vectors of Random123: zeros, all ones, and the digits of pi."""
    ones = 0xFFFFFFFF
    cases = [
        ([0] * 4, [0] * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ([ones] * 4, [ones] * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            [0xA4093822, 0x299F31D0],
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ]
    for counter, key, answer in cases:
        assert hexes(random_numbers.philox4x32(counter, key)) == answer.split()


def test_uniforms_never_reach_zero_or_one():
    assert random_numbers.to_uniform(np.uint32(0)) == 2.0**-25
    assert random_numbers.to_uniform(np.uint32(0xFFFFFFFF)) == 1 - 2.0**-25


def test_normals_are_normal_and_do_not_depend_on_how_many_are_asked_for():
    many = random_numbers.normals(7, 3, (20000,))
    assert abs(many.mean()) < 0.03 and abs(many.std() - 1) < 0.02
    assert np.array_equal(random_numbers.normals(7, 3, (5,)), many[:5])


def test_streams_and_seeds_differ():
    first = random_numbers.normals(1, 3, (8,))
    assert not np.allclose(first, random_numbers.normals(1, 5, (8,)))
    assert not np.allclose(first, random_numbers.normals(2, 3, (8,)))
