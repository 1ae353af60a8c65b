"""Names in JSON-LD: people and organisations, and what an article is about."""

import re
from collections.abc import Mapping
from typing import Any

from services.ingest.formats.json_values import MOST_ENTRIES, coded, entries, is_web, subject, text, texts
from services.ingest.formats.linked_data import Graph, Node, id_of, only_of, types_of
from services.ingest.formats.reading import Found

_KINDS = {
    "person": "Person Patient",
    "organisation": "Corporation NGO SportsTeam PoliticalParty CollegeOrUniversity School LocalBusiness Airline "
    "Consortium Library Hospital Museum MusicGroup PerformingGroup Brand",
    "place": "Place Country State City AdministrativeArea Landform Continent LandmarksOrHistoricalBuildings Airport "
    "CivicStructure BodyOfWater Mountain TouristAttraction StadiumOrArena Residence",
    "event": "Festival Hackathon",
}
_KIND_OF_TYPE = {name: kind for kind, names in _KINDS.items() for name in names.split()}
_ENDS = {"Organization": "organisation", "Event": "event"}
_ABOUT = {"about": "subject", "mentions": "subject", "contentLocation": "place"}


def names_in(found: Found, graph: Graph, value: Any, place: str) -> list[str]:
    """The names of people or organisations: texts, nodes and references, alone or in a list."""
    names = []
    for where, one in entries(found, value, place):
        node = graph.resolved(one)
        if isinstance(node, Mapping):
            said = graph.texts(node, "name", "legalName") or _name_in_parts(graph, node)
        else:
            said = [] if is_web(node) else texts(found, node, where)
        if not said:
            found.lost(where, "has no name, so it is not used")
        elif isinstance(node, Mapping):
            only_of(found, node, where, "name", "givenName", "familyName")
        names += said
    return names


def words_in(found: Found, graph: Graph, value: Any, place: str) -> list[str]:
    """Texts, and the names or else the addresses of nodes."""
    words = []
    for where, one in entries(found, value, place):
        node = graph.resolved(one)
        if isinstance(node, Mapping):
            said = graph.texts(node, "text", "name", "url", "@id")[:1]
            words += said
            if said:
                only_of(found, node, where, "text", "name", "url")
            else:
                found.lost(where, "holds no text, so it is not used")
        else:
            words += texts(found, node, where)
    return words


def labels_in(found: Found, graph: Graph, item: Node) -> tuple[list[str], list[dict[str, str]]]:
    """What an article is about: plain labels, and subjects, which have a code or are things of a known kind."""
    tags: list[str] = []
    subjects: list[dict[str, str]] = []
    keywords = entries(found, item.get("keywords"), "/keywords")
    for place, one in keywords:
        if isinstance(one, str):
            tags += _split(found, one) if len(keywords) == 1 else [one]
        else:
            subjects.append(_subject(found, graph, one, place, "subject"))
    for key, kind in _ABOUT.items():
        for place, one in entries(found, item.get(key), f"/{key}"):
            subjects.append(_subject(found, graph, one, place, kind))
    tags += [one["name"] for one in subjects if _is_label(one)]
    return tags, [one for one in subjects if not _is_label(one)]


def _is_label(one: Mapping[str, str]) -> bool:
    return one.get("kind") == "subject" and one.keys() <= {"name", "kind"}


def _split(found: Found, value: str) -> list[str]:
    words = [word.strip() for word in re.split(r"," if "," in value else r"[;|]", value)]
    if len(words) > MOST_ENTRIES:
        found.lost("/keywords", f"has {len(words)} entries, of which the first {MOST_ENTRIES} are used")
    return words[:MOST_ENTRIES]


def _subject(found: Found, graph: Graph, value: Any, place: str, kind: str) -> dict[str, str]:
    node = graph.resolved(value)
    if not isinstance(node, Mapping):
        said = text(found, node, place)
        return subject(None, *coded(said), kind) if is_web(said) and said else subject(said, None, None, kind)
    name = next(iter(graph.texts(node, "name", "legalName", "headline") or _name_in_parts(graph, node)), None)
    code, scheme = _code(graph, node)
    if name or code:
        only_of(found, node, place, "name", "termCode", "inDefinedTermSet", "sameAs", "givenName", "familyName")
    else:
        found.lost(place, "has neither a name nor a code, so it is not used")
    return subject(name, code, scheme, _kind(node) or kind)


def _code(graph: Graph, node: Node) -> tuple[str | None, str | None]:
    """Its term's code and set of terms, else those that its first address is made of."""
    addresses = (*graph.texts(node, "sameAs"), id_of(node))
    code, scheme = coded(next((one for one in addresses if one and is_web(one)), ""))
    terms = graph.resolved(graph.value(node, "inDefinedTermSet"))
    if isinstance(terms, Mapping):
        terms = next(iter(graph.texts(terms, "@id", "url", "name")), None)
    if term := graph.texts(node, "termCode"):
        return term[0], terms if isinstance(terms, str) else scheme
    return code or None, scheme


def _kind(node: Node) -> str | None:
    for name in sorted(types_of(node)):
        ending = next((kind for end, kind in _ENDS.items() if name.endswith(end)), None)
        if kind := _KIND_OF_TYPE.get(name, ending):
            return kind
    return None


def _name_in_parts(graph: Graph, node: Node) -> list[str]:
    parts = [part for key in ("givenName", "familyName") for part in graph.texts(node, key)[:1]]
    return [" ".join(parts)] if parts else []
