"""The committed table of names that give automatic tags, ready for matching."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import ahocorasick

from services.vocabulary.names import fold, slug

Rule = Literal["name", "demonym", "metonym"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that has a tag. `short` names it in relations; `unless` are words that make its name doubtful."""

    kind: str
    slug: str
    short: str
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One spelling of an entry. `capitals` is what the spelling asks of the text's case."""

    entry: Entry
    rule: Rule
    capitals: Literal["all", "first", "none"]


class Gazetteer:
    """All entries, an automaton over their forms, and what canonical tags need."""

    def __init__(self, entries: list[tuple[Entry, list[tuple[str, Rule]]]]) -> None:
        self.automaton = ahocorasick.Automaton()
        self.aliases: dict[str, str] = {}
        self.shorts: dict[str, str] = {}
        for entry, forms in entries:
            self.aliases[entry.slug] = entry.slug
            if entry.short:
                self.shorts[entry.slug] = entry.short
                self.aliases.setdefault(entry.short, entry.slug)
            for text, rule in forms:
                folded = fold(text)
                self.automaton.add_word(folded, (len(folded), Form(entry, rule, _capitals(text))))
                if rule == "name":
                    self.aliases.setdefault(slug(text), entry.slug)
        self.automaton.make_automaton()

    def matches(self, text: str, folded: str) -> list[tuple[int, int, Form]]:
        """Start, end and form of every name in the text, longest first where they overlap, in order of place."""
        found: list[tuple[int, int, Form]] = []
        taken = 0
        for start, end, form in sorted(self._candidates(text, folded), key=lambda match: (match[0], -match[1])):
            if start >= taken:
                found.append((start, end, form))
                taken = end
        return found

    def _candidates(self, text: str, folded: str) -> Iterator[tuple[int, int, Form]]:
        for last, (length, form) in self.automaton.iter(folded):
            start, end = last - length + 1, last + 1
            if folded[start].isascii() and not _stands_alone(folded, start, end):
                continue
            if form.capitals == "all" and not text[start:end].isupper():
                continue
            if form.capitals == "first" and not (text[start].isupper() or not text[start].isalpha()):
                continue
            yield start, end, form


def load() -> Gazetteer:
    """Reads the committed table, services/vocabulary/gazetteer.tsv; about 30 ms."""
    table = files("services.vocabulary").joinpath("gazetteer.tsv").read_text(encoding="utf-8")
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    return Gazetteer([_entry(row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)])


def _entry(row: dict[str, str]) -> tuple[Entry, list[tuple[str, Rule]]]:
    def listed(column: str) -> list[str]:
        return [value for value in row[column].split("|") if value]

    entry = Entry(row["kind"], row["slug"], row["short"], tuple(fold(word) for word in listed("unless")))
    columns: tuple[tuple[str, Rule], ...] = (("names", "name"), ("demonyms", "demonym"), ("metonyms", "metonym"))
    return entry, [(form, rule) for column, rule in columns for form in listed(column)]


def _capitals(form: str) -> Literal["all", "first", "none"]:
    letters = [character for character in form if character.isalpha()]
    if len(letters) > 1 and all(letter.isupper() for letter in letters):
        return "all"
    return "first" if form[0].isupper() else "none"


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = start == 0 or not text[start - 1].isalnum()
    after = end == len(text) or not (text[end].isascii() and text[end].isalnum())
    return before and after
