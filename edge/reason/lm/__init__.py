"""The on-device language model on ONNX Runtime.

A model is a folder that `export.build` makes from a GGUF file, and `engine.LanguageModel` runs:

    edge-lm.json    what the runtime has to know of it (`description.Description`)
    tokenizer.json  the text tokeniser; special tokens are in edge-lm.json alone
    model.onnx      the graph
    model.data      its weights, memory-mapped
    scales.npy      what the levels of 8 bit keys and values stand for
    moments.npz     where there is something: what was known of the products' inputs
"""

from typing import Final

FORMAT: Final = 6
"""Version of the folder's format; a folder of another version has to be exported again."""
