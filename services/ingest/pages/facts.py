"""What furniture tells of its article: source, date, authors and tags."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.ingest.pages.kinds import Kind

_BETWEEN_NAMES = re.compile(r",|、|・| (?:and|&|und|et|y|e) ")
_BETWEEN_TAGS = re.compile(r"[,;|、]|\s(?=#)")


@dataclass(slots=True)
class Facts:
    """The first source and date, every author and tag, each once."""

    source: str | None = None
    published: str | None = None
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def facts_of(known: Iterable[tuple[Kind | None, str]]) -> Facts:
    """What these lines tell, each a kind and the value in it."""
    facts = Facts()
    for kind, value in known:
        match kind:
            case Kind.SOURCE:
                facts.source = facts.source or value
            case Kind.DATE:
                facts.published = facts.published or value or None
            case Kind.BYLINE:
                facts.authors += _new(_BETWEEN_NAMES.split(value), facts.authors)
            case Kind.TAGS:
                facts.tags += _new((tag.strip().lstrip("#") for tag in _BETWEEN_TAGS.split(value)), facts.tags)
    return facts


def _new(values: Iterable[str], known: list[str]) -> list[str]:
    """The values that are not known and not empty, in their order."""
    return [value for value in dict.fromkeys(value.strip() for value in values) if value and value not in known]
