"""`python -m services.vocabulary.generate`: the table of names, out of the tables kept by hand and CLDR's names.

For development: CLDR comes with Babel, which the services do not need. What is in which table says tables/README.md.
"""

import csv
import hashlib
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from itertools import chain
from pathlib import Path

import babel
from babel import Locale
from babel.core import get_global

from services.vocabulary.endings import inflected
from services.vocabulary.forms import OTHER_SCRIPT
from services.vocabulary.gazetteer import COLUMNS, FORM_COLUMNS, TABLE
from services.vocabulary.names import fold, relation, slug

Row = dict[str, str]
Forms = dict[str, list[str]]
LOCALES = {**{name: (name,) for name in ("de", "es", "fr", "it", "ja", "ko", "nl", "pt")}, "zh": ("zh", "zh_Hant")}
"""The languages of which names are taken, and CLDR's locales for each."""
_OTHER_SCRIPTS = ("ja", "ko", "zh")
_TAKES_S = re.compile(r"\w+[a-zäöü](?<![sxz])")
_ENGLISH_ONLY = frozenset({"country", "commodity", "technology", "weapon", "theme"})
_IN_BRACKETS = re.compile(r"(.+?) ?[(（](.+)[)）]")
_KEY = ("kind", "slug", "language")


def table() -> str:
    """The whole table as it is committed: its version, then a row for each thing and language."""
    rows = merged(all_rows())
    check(rows)
    lines = ["\t".join(COLUMNS), *("\t".join(row[column] for column in COLUMNS) for row in rows)]
    text = "\n".join(lines) + "\n"
    version = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"# version {version}\n# Generated with Babel {babel.__version__}: edit tables/, not this.\n{text}"


def all_rows() -> Iterator[Row]:
    """The rows in the order in which they are written; several may be of one thing and language."""
    english = list(kept("names"))
    for row in english:
        yield from by_script(row, "en" if row["kind"] in _ENGLISH_ONLY else "")
    yield from of_pairs({row["slug"]: row["short"] for row in english})
    hand, people = list(kept("languages")), {row["slug"]: row for row in kept("demonyms")}
    for language in LOCALES:
        for thing in english:
            added = [row for row in hand if (row["language"], row["slug"]) == (language, thing["slug"])]
            yield from by_script(in_language(thing, language, added, people.get(thing["slug"], {})), language)
    if unknown := {row["slug"] for row in hand}.union(people) - {row["slug"] for row in english}:
        raise ValueError(f"names.tsv has no {sorted(unknown)}")


def kept(name: str) -> Iterator[Row]:
    """The rows of a table kept by hand."""
    text = files("services.vocabulary").joinpath("tables", f"{name}.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def in_language(thing: Row, language: str, added: list[Row], people: Row) -> Row:
    """A thing's row in another language: what CLDR says, what is kept by hand, demonyms with their endings."""
    forms: Forms = {column: list(chain(*(listed(row.get(column)) for row in added))) for column in FORM_COLUMNS}
    forms["demonyms"] += chain(*(inflected(one, language) for one in listed(people.get(language))))
    for name in LOCALES[language]:
        locale = Locale.parse(name)
        if thing["code"]:
            forms["names"] += parts(locale.territories.get(thing["code"], ""))
        for column in ("metonyms", "cities"):
            forms[column] += cities(locale, thing, listed(thing[column]))
    if thing["kind"] == "country" and language not in _OTHER_SCRIPTS:
        forms = {c: some + (listed(thing[c]) if c in ("metonyms", "cities") else []) for c, some in forms.items()}
    if thing["kind"] == "country" and language == "de":
        forms["names"] += [f"{form}s" for form in forms["names"] if _TAKES_S.fullmatch(form)]
    without = set(chain(*(listed(row["without"]) for row in added)))
    columns = {column: [form for form in some if form not in without] for column, some in forms.items()}
    return {**blank(thing), **{column: "|".join(some) for column, some in columns.items()}}


def cities(locale: Locale, thing: Row, english: list[str]) -> Iterator[str]:
    """CLDR's names of the cities that name a time zone, for those that the table has in English."""
    wanted = {slug(name) for name in english}
    for zone, territory in get_global("zone_territories").items():
        city = zone.rpartition("/")[2].replace("_", " ")
        if territory == thing["code"] and slug(city) in wanted and zone in locale.time_zones:
            yield str(locale.time_zones[zone].get("city", city))


def of_pairs(shorts: dict[str, str]) -> Iterator[Row]:
    """A row for each word that names several countries together."""
    for row in kept("pairs"):
        of = listed(row["of"])
        name = relation(*(shorts[one] for one in of))
        yield {**dict.fromkeys(COLUMNS, ""), "kind": "relation", "slug": name, "of": row["of"], "names": row["form"]}


def by_script(row: Row, language: str) -> Iterator[Row]:
    """The row for its language, and one for any language with the forms in another script, which is sign enough."""
    foreign: Row = {column: "|".join(filter(OTHER_SCRIPT.search, listed(row[column]))) for column in FORM_COLUMNS}
    own = {c: "|".join(form for form in listed(row[c]) if not OTHER_SCRIPT.search(form)) for c in FORM_COLUMNS}
    facts = {column: row.get(column, "") for column in COLUMNS}
    if any(own.values()):
        yield {**facts, **own, "language": language}
    if any(foreign.values()):
        yield {**facts, **foreign, "language": ""}


def merged(rows: Iterator[Row]) -> list[Row]:
    """One row for each thing and language, with each form once."""
    kept_rows: dict[tuple[str, ...], Row] = {}
    for row in rows:
        known = kept_rows.setdefault(tuple(row[part] for part in _KEY), {**row, **dict.fromkeys(FORM_COLUMNS, "")})
        for column in FORM_COLUMNS:
            for form in listed(row[column]):
                add(known, column, form)
    return list(kept_rows.values())


def add(row: Row, column: str, form: str) -> None:
    """Adds a form that is not there yet; one in lower case takes the place of the same with a capital."""
    for known in FORM_COLUMNS:
        for one in listed(row[known]):
            if fold(one) == fold(form):
                if form.islower():
                    row[known] = "|".join(form if other == one else other for other in listed(row[known]))
                return
    row[column] = "|".join([*listed(row[column]), form])


def check(rows: list[Row]) -> None:
    """Raises ValueError with the forms of one language that name two things."""
    owners: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for form in chain(*(listed(row[column]) for column in FORM_COLUMNS)):
            owners.setdefault((row["language"], fold(form)), set()).add(row["slug"])
    if twice := {form: sorted(of) for form, of in owners.items() if len(of) > 1}:
        raise ValueError(f"each of these names two things: {twice}")


def parts(name: str) -> list[str]:
    """A name, or both where one stands in brackets after the other: `Myanmar (Burma)`, and not `刚果（金）`."""
    both = _IN_BRACKETS.fullmatch(name)
    if both is None:
        return [name] if name else []
    return [part for part in both.groups() if len(part) > 1]


def listed(forms: str | None) -> list[str]:
    """The forms of one cell."""
    return [form for form in (forms or "").split("|") if form]


def blank(thing: Row) -> Row:
    """A row of this thing without forms; what relates it to others stands in its first row."""
    return {**dict.fromkeys(COLUMNS, ""), "kind": thing["kind"], "slug": thing["slug"]}


if __name__ == "__main__":
    where = Path(str(files("services.vocabulary").joinpath(TABLE)))
    where.write_text(table(), encoding="utf-8")
    print(where.read_text(encoding="utf-8").partition("\n")[0], file=sys.stderr)
