"""Stories of the sets, edited copies of them, and pairs of different stories that are hard to tell apart."""

import html
import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations, pairwise
from pathlib import Path
from random import Random

from lxml import etree

from benchmarks.quality.figures import set_of

_WORD = re.compile(r"\d[\d.,]*|[一-鿿々]+|[ァ-ヺー]+|[ぁ-ゖ]+|[^\W\d一-鿿々ァ-ヺーぁ-ゖ]+")
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s)|[。！？\n]|$)\s*", re.DOTALL)
_DAY = "%d-%b-%Y"
_COPIED_WITHIN_A_DAY, _COPIED = 0.6, 0.9
_RARE = 60


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """A text of a set; its pairs of longer words, and its runs of five words, tell what it is like."""

    id: str
    body: str
    title: str = ""
    day: date = date.min
    pairs: frozenset[tuple[str, ...]] = field(init=False)
    runs: frozenset[tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        words = [word.lower() for word in _WORD.findall(self.body)]
        longer = [word for word in words if len(word) > 3 or not word.isascii()]
        object.__setattr__(self, "pairs", frozenset(pairwise(longer)))
        object.__setattr__(self, "runs", frozenset(zip(*(words[n:] for n in range(5)), strict=False)))


Pair = tuple[Story, Story]


def english(sets: Path) -> list[Story]:
    """Reuters' stories of at least 80 words."""
    stories = []
    for file in sorted(set_of(sets, "reuters21578").glob("*.sgm")):
        for entry in file.read_text("latin-1").split("</REUTERS>")[:-1]:
            number, day = _between(entry, 'NEWID="', '"'), _between(entry, "<DATE>", "</DATE>").split()[0]
            title, body = _between(entry, "<TITLE>", "</TITLE>"), _between(entry, "<BODY>", "</BODY>")
            body = re.sub(r"\s*(?i:reuter)?[\s\x03]*$", "", body)
            if len(body.split()) >= 80:
                stories.append(Story(number, body, " ".join(title.split()), datetime.strptime(day, _DAY).date()))
    return stories


def japanese(sets: Path) -> list[Story]:
    """Newspapers' pages and a translation task's documents, of at least 250 characters."""
    texts = []
    for file in sorted((set_of(sets, "fundus") / "tests/resources/parser/test_data/jp").glob("*.json")):
        body = json.loads(file.read_text(encoding="utf-8"))["V1"].get("body") or {"sections": []}
        lines = (line for part in body["sections"] for line in (*part["headline"], *part["paragraphs"]))
        texts.append("\n".join(lines))
    for name, side in (("ja-en", "src"), ("en-ja", "ref")):
        tree = etree.parse(set_of(sets, "wmt21-news-systems") / f"xml/newstest2021.{name}.all.xml")
        for one in tree.iterfind(f".//{side}"):
            texts.append("\n".join(segment.text or "" for segment in one.iterfind(".//seg")))
    in_japanese = (text for text in texts if len(text) >= 250 and 5 * len(re.findall("[ぁ-ヺ]", text)) > len(text))
    return [Story(str(number), text) for number, text in enumerate(in_japanese)]


def edited(story: Story, kind: str, random: Random, words: Sequence[str]) -> str:
    """The text with 5 to 30 % of it replaced by other words, cut at the head, the tail or between, or reordered."""
    share = random.uniform(0.05, 0.3)
    if kind == "reordered":
        sentences = _SENTENCE.findall(story.body)
        for place in random.sample(range(len(sentences)), max(1, round(share * len(sentences)))):
            sentences.insert(random.randrange(len(sentences)), sentences.pop(place))
        return "".join(sentences)
    places = [(found.start(), found.end()) for found in _WORD.finditer(story.body)]
    changed = round(share * len(places))
    if kind == "cut":
        first = random.choice((0, len(places) - changed, random.randrange(len(places) - changed)))
        return story.body[: places[first][0]] + story.body[places[first + changed - 1][1] :]
    text = story.body
    for start, end in sorted(random.sample(places, changed), reverse=True):
        text = text[:start] + random.choice(words) + text[end:]
    return text


def vocabulary(stories: Sequence[Story]) -> list[str]:
    """The words of these stories, each as often as it stands there."""
    return [word for story in stories for word in _WORD.findall(story.body)]


def are_copies(one: Story, other: Story) -> bool:
    """Whether a set holds a story twice: sent again or rewritten within a day, or almost as it was later."""
    contained = len(one.runs & other.runs) / max(1, min(len(one.runs), len(other.runs)))
    near = abs((one.day - other.day).days) <= 1
    return contained >= _COPIED or (near and (contained >= _COPIED_WITHIN_A_DAY or one.title == other.title != ""))


def neighbours(stories: Sequence[Story]) -> list[Pair]:
    """Each story with the different one that has most pairs of words in common with it, by Jaccard's measure."""
    having = defaultdict(list)
    for place, story in enumerate(stories):
        for pair in story.pairs:
            having[pair].append(place)
    nearest: set[tuple[int, int]] = set()
    for place, story in enumerate(stories):
        shared = Counter(other for pair in story.pairs if len(having[pair]) < _RARE for other in having[pair])
        near = [stories[other] for other in sorted(shared, key=lambda other: (-shared[other], other))[:12]]
        different = [other for other in near if other is not story and not are_copies(story, other)]
        if different:
            other = max(different, key=lambda one: len(story.pairs & one.pairs) / len(story.pairs | one.pairs))
            nearest.add((min(place, stories.index(other)), max(place, stories.index(other))))
    return [(stories[one], stories[other]) for one, other in sorted(nearest)]


def recurring(stories: Sequence[Story]) -> list[Pair]:
    """Reports of different days under one title, numbers aside, that are no copies."""
    titled = defaultdict(list)
    for story in stories:
        titled[re.sub(r"[\d/.,-]+", "#", story.title)].append(story)
    pairs = (pair for group in titled.values() for pair in combinations(group, 2))
    return [(one, other) for one, other in pairs if one.day != other.day and not are_copies(one, other)]


def _between(text: str, start: str, end: str) -> str:
    return html.unescape(text.partition(start)[2].partition(end)[0])
