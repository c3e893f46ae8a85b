"""weights-manifest.json: everything the browser knows about a model. Its fields are those of docs/contract.md."""

import hashlib
import json
from pathlib import Path

import onnx

from interleaf.config import Denoising
from interleaf.sampling import Sampling
from interleaf.stories.sagas import ROOM

CHUNK_BYTES = 1 << 20
SCHEMA = 1
NULL_CONDITIONING = "null-conditioning.f32"

# The longest lesson has five chapters of three to five pages, as much as ROOM tokens (stories/sagas.py).
CHAPTER_PAGES, CHAPTERS = 5, 5
# A chapter's prompt where no reader gives one: some of sagas.GO_ON that ask for nothing in particular.
GO_ON = ("next chapter", "what happens next?", "and the next day?", "tell me more")
CARD = {
    "source": "A MiniGPT-5-style model of about 14 million parameters, trained from nothing by the code in python/.",
    "data": "Drawn scenes and stories written by a simulator: twelve heroes, eight places, twenty things, five "
    "feelings, hats and scarves. No text or picture of any person was used.",
    "limits": "It knows only this small world. Prompts about anything else become stories about something it knows, "
    "pictures are small, and neither text nor pictures should be taken for facts.",
}
EXAMPLES = (
    "a turtle with a kite at the beach",
    "an owl who finds a lantern in the forest",
    "a penguin in a red scarf and a lost balloon in the snow",
    "an elephant with an umbrella in the rain",
    "a cat who looks for a star at night",
    "a sleepy rabbit and a trumpet in the garden",
    "a dinosaur with a bell in the village",
    "a bear who finds a crown in the castle",
)


def file_entry(folder: Path, path: str, chunk_bytes: int = CHUNK_BYTES) -> dict:
    whole, chunks, size = hashlib.sha256(), [], 0
    with open(folder / path, "rb") as file:
        while chunk := file.read(chunk_bytes):
            whole.update(chunk)
            chunks.append(hashlib.sha256(chunk).hexdigest())
            size += len(chunk)
    return {"path": path, "bytes": size, "sha256": whole.hexdigest(), "chunkBytes": chunk_bytes, "chunks": chunks}


def shape(config) -> dict:
    language, latent = config.language, config.unet.size
    return {
        "V": language.vocab_size,
        "D": language.width,
        "N": language.layers,
        "kvHeads": language.heads,
        "headDim": language.width // language.heads,
        "S": language.context,
        "K": config.vokens,
        "vokenIds": list(config.voken_ids),
        "imageTokenId": config.image_token,
        "Q": config.qformer.queries,
        "visionSize": config.vision.size,
        "visionMean": list(config.vision.mean),
        "visionStd": list(config.vision.std),
        "L": config.mapper.queries,
        "C": config.mapper.width,
        "latent": [config.unet.channels, latent, latent],
        "image": [config.autoencoder.size, config.autoencoder.size],
    }


def text(config, tokenizer, templates: dict, tokenizer_path: str) -> dict:
    def ids(words):
        return tokenizer.encode(words, add_special_tokens=False).ids

    taught = chapters(config.knows.pages) if config.knows.chapters else {}
    return {
        "tokenizer": tokenizer_path,
        "bos": config.language.bos,
        "stop": [ids("###")],
        "end": [[config.language.eos]],
        "minPages": 3,
        "maxPages": CHAPTERS * CHAPTER_PAGES if taught else 8,
        "defaultPages": 4,
        "sampling": Sampling().settings,
        "templates": {**templates, **taught},
        "gate": {"instead": "a story please"},
        "examples": list(EXAMPLES),
    }


def chapters(alone: int) -> dict:
    return {"chapters": {"alone": alone, "pages": CHAPTER_PAGES, "goOn": list(GO_ON), "room": ROOM}}


def picture(config, scaling_factor: float, null_path: str, preview: dict) -> dict:
    schedule = config.schedule
    return {
        "scalingFactor": scaling_factor,
        "nullConditioning": null_path,
        "schedule": {
            "trainSteps": schedule.train_steps,
            "betaStart": schedule.beta_start,
            "betaEnd": schedule.beta_end,
            "betaKind": schedule.beta_kind,
            "prediction": schedule.prediction,
            "stepsOffset": schedule.steps_offset,
            "spacing": schedule.spacing,
        },
        **denoising(config.denoising),
        "previewMatrix": preview,
    }


def denoising(how: Denoising) -> dict:
    distilled = {"distilled": {"steps": list(how.distilled)}} if how.distilled else {}
    return {"sampler": how.sampler, "steps": how.steps, "guidance": how.guidance, **distilled}


def needs(config, models: dict[str, onnx.ModelProto]) -> dict:
    """Estimates, on the careful side. models: float32, because that is what lies in memory once loaded."""
    sizes = {name: [len(w.raw_data) for w in model.graph.initializer] for name, model in models.items()}
    language, pixels = config.language, config.autoencoder.size**2
    cache = 2 * language.layers * language.context * language.width * 4
    # The decoder of pictures holds its second narrowest layer at full size, several times over.
    widest = pixels * config.autoencoder.blocks[1] * 4
    largest = max(max(each) for each in sizes.values())
    return {
        "features": [],
        "maxBufferBytes": max(largest, widest),
        "gpuBytes": sum(map(sum, sizes.values())) + cache + 8 * widest,
        "heapBytes": 3 * max(map(sum, sizes.values())) + 2 * cache + 8 * widest,
    }


def revision(files: list[dict]) -> str:
    lines = "\n".join(f"{file['path']} {file['sha256']}" for file in sorted(files, key=lambda file: file["path"]))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


def find(path: Path, name: str) -> dict | None:
    """The manifest's entry of that id."""
    models = json.loads(path.read_text())["models"] if path.exists() else []
    return next((model for model in models if model["id"] == name), None)


def write(path: Path, entry: dict) -> None:
    """Puts one model into the manifest and leaves the others as they are."""
    models = json.loads(path.read_text())["models"] if path.exists() else []
    ids = [model["id"] for model in models]
    if entry["id"] in ids:
        models[ids.index(entry["id"])] = entry
    else:
        models.append(entry)
    path.write_text(json.dumps({"schema": SCHEMA, "models": models}, indent=1) + "\n")
