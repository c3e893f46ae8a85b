"""`python -m interleaf <command>`: one command per thing that comes out."""

import importlib
import sys

COMMANDS = {
    "world": ("interleaf.world.sheet", "a contact sheet of drawn scenes"),
    "stories": ("interleaf.stories.statistics", "stories of the simulator to read, and figures about them"),
    "train": ("interleaf.train.__main__", "the weights of one stage, or of all"),
    "tell": ("interleaf.tell", "a story with pictures, in PyTorch"),
    "restore": ("interleaf.restore", "what is shipped, as weights to go on training from"),
    "export": ("interleaf.export", "the graphs and the manifest for the browser"),
    "standin": ("interleaf.standin", "the official files of MiniGPT-5, with random weights"),
    "convert": ("interleaf.convert", "the official files as graphs for the browser"),
    "gate": ("interleaf.gate", "whether a UNet of few steps may paint from vokens"),
    "golden": ("interleaf.golden", "the numbers the browser's tests compare with"),
    "judge": ("interleaf.judge", "scores of stories and pictures"),
    "compare": ("interleaf.judge.compare", "what the vokens, their losses and their number are worth"),
}


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in COMMANDS:
        print("usage: python -m interleaf COMMAND [options]\n")
        for name, (_, result) in COMMANDS.items():
            print(f"  {name:8} {result}")
        return 0 if argv[:1] in ([], ["--help"], ["-h"]) else 2
    return importlib.import_module(COMMANDS[argv[0]][0]).main(argv[1:]) or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
