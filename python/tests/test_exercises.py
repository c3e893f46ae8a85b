"""What stands beside the stories that the language model is trained on: first pages, exercises, and unlikelihood."""

from random import Random

import torch

from interleaf import parts
from interleaf.config import TOY
from interleaf.stories import story, tokens
from interleaf.stories.state import Facts
from interleaf.train import listening, meeting
from interleaf.train.batches import Stories
from interleaf.train.copying import exercise
from interleaf.train.layout import IGNORE, collate, mistaken_loss, sequence, think


def labelled(one) -> list[int]:
    """What a sequence's labels say; each is the token after its row."""
    rows = [row for row, label in enumerate(one.labels) if label != IGNORE]
    assert all(one.ids[row + 1] == one.labels[row] for row in rows)
    return [one.labels[row] for row in rows]


def test_an_exercise_in_copying_labels_what_was_said_before():
    ids, labels, positions = exercise(3, TOY, seed=1)
    assert (positions.diff() == 1).all() and positions.max() < TOY.language.context
    rows, columns = (labels != IGNORE).nonzero(as_tuple=True)
    assert len(rows) > 0.3 * labels.numel()
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        pair = [ids[row, column].item(), labels[row, column].item()]
        assert pair[1] == ids[row, column + 1]
        assert any(ids[row, at : at + 2].tolist() == pair for at in range(column - 1))
    assert torch.equal(exercise(3, TOY, seed=1)[0], ids) and not torch.equal(exercise(4, TOY, seed=1)[0], ids)


def test_an_exercise_in_listening_asks_for_all_that_the_prompt_asks_for():
    facts = Facts(
        hero="owl", name="Zorvik", feeling="sad", accessory="red scarf", thing="kite", place="beach", time="night"
    )
    said = "a sad owl called Zorvik in a red scarf, a kite, on the beach, at night"
    one = listening.sequence("Owl with kite!", facts, TOY)
    *words, end = labelled(one)
    assert tokens.decode(words).strip() == said and end == TOY.language.eos
    assert listening.wanted(Facts(pages=4)) == "anything"
    assert listening.wanted(Facts(name="Zorvik")) == "an animal called Zorvik"
    both = [[s.ids for s in listening.exercise(2, TOY, seed)] for seed in (1, 1, 2)]
    assert both[0] == both[1] != both[2]


def test_an_exercise_in_meeting_labels_what_the_introduction_says():
    for one in meeting.exercise(5, TOY, seed=1):
        introduced, asked = tokens.decode(one.ids).split("Who is who:")
        first = next(row for row, label in enumerate(one.labels) if label != IGNORE)
        assert "Who is who:" in tokens.decode(one.ids[: first + 1])
        assert len(labelled(one)) >= 2 * meeting.MENTIONS
        for mention in asked.strip(" .").split(". "):
            name, species = mention.split(" the ") if " the " in mention else mention.split(" called ")[::-1]
            assert name.strip().lower() in introduced.lower()
            assert species.removeprefix("The ").strip() in introduced
    both = [[s.ids for s in meeting.exercise(2, TOY, seed)] for seed in (1, 1, 2)]
    assert both[0] == both[1] != both[2]


def test_first_pages_still_are_the_first_of_as_many():
    first = Stories(2, TOY, seed=3, first=True)
    for one in (one for number in range(3) for one in first(number).sequences):
        text, pages = tokens.decode(one.ids), range(2, 9)
        assert len(one.vokens) <= 1 and TOY.language.eos not in one.labels
        assert any(f"({count} pages)" in text for count in pages)
        assert not any(f"{page}/{count}:" in text for count in pages for page in pages)


def test_another_figure_or_place_is_mistaken_and_only_where_one_stands():
    told = next(each for seed in range(200) if len((each := story(seed)).cast) > 1)
    one = sequence(told, TOY, Random(1))
    batch = collate([one], TOY)
    here = [row for row, label in enumerate(one.labels) if label in one.own]
    words = [word for each in told.cast.values() for word in each.values() if word]
    words += [page.scene.place for page in told.pages if page.scene]
    said = [tokens.decode([one.labels[row]]).strip() for row in here]
    assert len(here) > 4 and all(any(word.startswith(piece) for word in words) for piece in said)
    language = parts.language_model(TOY).requires_grad_(False)
    hidden = think(language, batch)
    least = mistaken_loss(language, hidden, batch)
    other = next(token for token in one.own if token != one.labels[here[0]])
    hidden[0, here[0]] = 5000 * language.lm_head.weight[other]
    assert mistaken_loss(language, hidden, batch) > least + 0.5 / len(here)
    one.own = set()
    assert mistaken_loss(language, hidden, batch) == 0
