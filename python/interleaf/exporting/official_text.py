"""What MiniGPT-5 was taught to read: the wording of its tasks, and its sampling, as data for the manifest's `text`.

Wordings and rules are those of the published code (eric-ai-lab/MiniGPT-5 at 915ab17): its data loaders for CC3M, VIST
and MMDialog, and its generation settings with what transformers 4.31 adds to them by default.
"""

SIGHT = "<Img><ImageHere></Img>"
HUMAN, ASSISTANT = "###Human:", " ###Assistant:"
SEES = (
    "Give the following images in <Img>ImageContent</Img> format. "
    "You will be able to see the images once I provide it to you. "
)

# Stage 1: a bare caption, and for every hundredth row of the training one of these before it.
CC3M_SYSTEM = "You will be able to generate image according to command."
CC3M_WORDINGS = (
    "generate image with caption:",
    "can you give me the image with caption:",
    "help me to generate this image:",
    "generate image with according to caption:",
    "according to caption, generate image:",
    "an image with caption:",
    "can you visualize this caption:",
)
CAPTION_BLANKS = '.!"()*#:;~'  # become spaces in a caption, which is in lower case

VIST_SYSTEM = SEES + "Please understanding images and generate story."
# The picture of a described scene; the weights that were published first may have been taught "Generate a image".
VIST_PICTURE = (
    " Generate an image with the scene description: {prompt}" + ASSISTANT,
    " the scene description: {prompt}" + ASSISTANT,
)
VIST_NEXT = (
    " Tell me the next scene with image." + ASSISTANT,
    " Generate the next scene with image." + ASSISTANT,
    " What should happen then?" + ASSISTANT,
)
VIST_CAPTION = (  # the scene of a picture that stands last
    " Tell me the next scene description by this image: " + SIGHT + ASSISTANT,
    " What happen in the next scene image: " + SIGHT + ASSISTANT,
)

MMDIALOG_SYSTEM = SEES + "Please generate conversations with appropriate images."

# Five steps a story and three turns before one's own are the most that was trained; the oldest are forgotten.
TEMPLATES = {
    "vist": {
        "layout": "history",
        "open": VIST_SYSTEM + HUMAN,
        "prompt": {"is": "page"},
        "told": ["{text}{sight}"],
        "sight": SIGHT,
        "unseen": " ",
        "first": VIST_PICTURE[0],
        "next": ["\n" + VIST_NEXT[0]],
        "window": 4,
    },
    "mmdialog": {
        "layout": "history",
        "open": MMDIALOG_SYSTEM,
        "prompt": {"is": "told"},
        "told": [" " + HUMAN + " {text}{sight}", ASSISTANT + " {text}{sight}"],
        "sight": " " + SIGHT,
        "next": [" " + HUMAN, ASSISTANT],
        "window": 3,
    },
    "cc3m": {
        "layout": "history",
        "open": "",
        "prompt": {"is": "page", "lower": True, "blank": CAPTION_BLANKS},
        "told": [],
        "sight": "",
        "first": "{prompt}",
        "next": [],
        "window": 1,
    },
}
PAGES = {  # least, most, usual
    "vist": (1, 10, 5),
    "mmdialog": (1, 10, 4),
    "cc3m": (1, 1, 1),
}
EXAMPLES = {
    "vist": (
        "we went to the beach with our dog on a sunny day.",
        "the family gathered in the garden for the birthday.",
        "the parade came down the main street in the morning.",
    ),
    "mmdialog": (
        "I just came back from a walk in the mountains!",
        "Look what we are having for dinner tonight.",
    ),
    "cc3m": (
        "a wooden boat on a calm lake at sunrise",
        "a red bicycle leaning against a brick wall",
    ),
}
# top_k 50 is the default of transformers, written nowhere in the published code.
SAMPLING = {"temperature": 1.0, "topP": 0.9, "topK": 50, "repetitionPenalty": 2.0, "maxNewTokens": 256}
# transformers 4.31 begins what it generates from embeddings with it, and the penalty knows what was generated alone.
DUMMY_FIRST = "<unk>"
# Its generation settings take the first of the sentence marks for the end of a sequence. </s> ends nothing.
ALSO_STOPS = "<s>"


def stops(tokenizer) -> list[list[int]]:
    """`###` after a space and right after a word, which are other tokens, and the mark that ends a sequence as well."""
    word = tokenizer.encode("a", add_special_tokens=False).ids
    found = []
    for text in ("a ###", "a###"):
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        if ids[: len(word)] != word:
            raise ValueError(f"{text!r} is {ids}, which does not begin with {word}: is this a LLaMA tokenizer?")
        if ids[len(word) :] not in found:
            found.append(ids[len(word) :])
    return [*found, [known(tokenizer, ALSO_STOPS)]]


def known(tokenizer, mark: str) -> int:
    token = tokenizer.token_to_id(mark)
    if token is None:
        raise ValueError(f"the tokenizer has no {mark}: is this a LLaMA tokenizer?")
    return token


def text(task: str, tokenizer, tokenizer_path: str, bos: int) -> dict:
    """The manifest's `text` for one of the tasks vist, mmdialog, cc3m. tokenizer: with the nine added tokens."""
    least, most, usual = PAGES[task]
    return {
        "tokenizer": tokenizer_path,
        "bos": bos,
        "stop": stops(tokenizer),
        "end": [],
        "minPages": least,
        "maxPages": most,
        "defaultPages": usual,
        "sampling": {**SAMPLING, "penalised": [known(tokenizer, DUMMY_FIRST)]},
        "templates": TEMPLATES[task],
        "examples": list(EXAMPLES[task]),
    }
