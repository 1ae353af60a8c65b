"""The committed table of names that give automatic tags, ready for matching."""

from collections.abc import Iterable, Iterator
from importlib.resources import files

import ahocorasick

from services.vocabulary.automata import Candidate, anywhere, of_others, of_words, words
from services.vocabulary.forms import (
    FIRST_OTHER,
    OTHER_SCRIPT,
    UNTAGGED,
    Entry,
    Form,
    Match,
    Rule,
    form_of,
)
from services.vocabulary.names import fold, slug

TABLE = "gazetteer.tsv"
FORM_COLUMNS = ("names", "demonyms", "metonyms", "cities")
COLUMNS = ("kind", "slug", "short", "of", "language", *FORM_COLUMNS, "unless")
_RULES: dict[str, Rule] = {"names": "name", "demonyms": "demonym", "metonyms": "metonym", "cities": "city"}
_PAIR = 2


class Gazetteer:
    """All entries, an automaton over their forms for each language, and what canonical tags need.

    `rows` are the table's, each as it stands there and folded. `version` is of the table. The
    automaton of a language is made when the first text in it comes, in about 4 ms. `titles` lead from a slug to its
    entry's first name, as the table has it.
    """

    def __init__(self, version: str, rows: Iterable[tuple[dict[str, str], dict[str, str]]]) -> None:
        self.version = version
        self.entries: dict[str, Entry] = {}
        self.aliases: dict[str, str] = {}
        self.shorts: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        self._forms: dict[str, dict[str, Form]] = {"": {}, "en": {}}
        self._automata: dict[str, ahocorasick.Automaton] = {}
        for row, folded_row in rows:
            self._forms.setdefault(row["language"], {}).update(self._read(row, folded_row))

    def matches(self, text: str, folded: str, language: str = "und") -> list[Match]:
        """Start, end and form of every name in the text, longest first where they overlap, in order of place.

        `folded` is the text as `fold` gives it. A form of one language counts in a text of that language only, English
        ones in texts of any language that has none here.
        """
        found: list[Match] = []
        taken = 0
        candidates = list(words(text, folded, self._latin(language)))
        if not text.isascii() and OTHER_SCRIPT.search(text):
            candidates.extend(anywhere(text, folded, self._other_scripts()))
        for start, _, end, form in sorted(candidates, key=_place):
            if start >= taken:
                taken = end
                if form.entry.kind != "nothing" or form.entry.of:
                    found.append((start, end, form))
        return found

    def _latin(self, language: str) -> ahocorasick.Automaton:
        own = language.partition("-")[0] or "en"
        if own not in self._forms:
            own = "en"
        if own not in self._automata:
            forms = self._forms[""] | self._forms[own]
            self._automata[own] = of_words({form: of for form, of in forms.items() if form[0] < FIRST_OTHER})
        return self._automata[own]

    def _other_scripts(self) -> ahocorasick.Automaton:
        """Apart, because a step of an automaton takes as long as the many first characters of Han are."""
        if "" not in self._automata:
            forms = self._forms[""].items()
            self._automata[""] = of_others({form: of for form, of in forms if form[0] >= FIRST_OTHER})
        return self._automata[""]

    def _read(self, row: dict[str, str], folded_row: dict[str, str]) -> Iterator[tuple[str, Form]]:
        entry = self.entries.get(row["slug"])
        if entry is None or row["kind"] == "relation":
            unless = tuple(filter(None, folded_row["unless"].split("|")))
            of = tuple(filter(None, row["of"].split("|")))
            entry = Entry(row["kind"], row["slug"], row["short"], of, unless)
            self._remember(entry)
            if entry.kind not in UNTAGGED:
                self.titles.setdefault(entry.slug, row["names"].partition("|")[0])
        named = entry.kind not in UNTAGGED or len(entry.of) == _PAIR
        for column in FORM_COLUMNS:
            rule = "together" if entry.kind == "relation" else _RULES[column]
            if not row[column]:
                continue
            for text, folded in zip(row[column].split("|"), folded_row[column].split("|"), strict=True):
                yield folded, form_of(entry, rule, text)
                if named and rule in ("name", "together"):
                    self.aliases.setdefault(slug(text), entry.slug)

    def _remember(self, entry: Entry) -> None:
        if entry.kind != "relation":
            self.entries[entry.slug] = entry
        if entry.kind in UNTAGGED:
            return
        self.aliases[entry.slug] = entry.slug
        if entry.short:
            self.shorts[entry.slug] = entry.short
            self.aliases.setdefault(entry.short, entry.slug)


def load() -> Gazetteer:
    """Reads the committed table, services/vocabulary/gazetteer.tsv; about 35 ms."""
    return read(files("services.vocabulary").joinpath(TABLE).read_text(encoding="utf-8"))


def read(table: str) -> Gazetteer:
    """The gazetteer of a table: a line with its version, a line of how it was made, the columns, then the rows."""
    version, _, _, *lines = table.split("\n")[:-1]
    folded = fold(table).split("\n")[3:-1]
    rows = ((_row(line), _row(folded_line)) for line, folded_line in zip(lines, folded, strict=True))
    return Gazetteer(version.removeprefix("# version "), rows)


def _row(line: str) -> dict[str, str]:
    return dict(zip(COLUMNS, line.split("\t"), strict=True))


def _place(candidate: Candidate) -> tuple[int, int]:
    return candidate[:2]
