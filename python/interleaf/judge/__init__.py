"""Reads hero, place, time and thing from a picture, and measures a model over prompts that no training saw."""


def main(argv: list[str] | None = None) -> None:
    from interleaf.judge.report import main as run

    run(argv)
