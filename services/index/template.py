"""The search as a template that OpenSearch keeps, for clients that do not make queries themselves: a pure function.

Made of `search_body` itself: what is asked for stands in it as a mark, and each mark becomes a parameter. A template
cannot take a line apart or spell a tag, so its parameters are the parts of a line and canonical slugs:

| parameter | is |
|---|---|
| `q` | the words of the line |
| `phrases`, `not`, `unspaced`, `acronyms` | lists: phrases, exclusions, words of Japanese, Chinese, WHO and its like |
| `tags` | a list, all of which must be there |
| `sources`, `publishers`, `authors`, `languages`, `sections` | lists, of each of which one must be there |
| `since`, `until` | instants, the second not included |
| `by_date`, `collapse` | true: newest first; one article of a cluster |
| `from`, `size` | numbers, 0 and 10 without them |
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from services.index.asked import Asked
from services.index.queries import search_body
from services.index.scoring import narrowing

_WORDS, _PHRASE, _EXCLUDED, _UNSPACED, _TAG = "qqwordsqq", "qqphraseqq", "qqexcludedqq", "々々", "qqtagqq"
_ONE_OF = ("sources", "publishers", "authors", "languages", "sections")
_EACH = {_PHRASE: "phrases", _EXCLUDED: "not", _UNSPACED: "unspaced", _TAG: "tags", "qqacronymqq": "acronyms"}
"""Marks whose clause stands once for every item of a parameter."""
_LISTS = {f"qq{name}qq": name for name in _ONE_OF}
"""Marks in a list that is a parameter as a whole."""
_SINCE, _UNTIL = datetime(1, 2, 3, tzinfo=UTC), datetime(1, 3, 4, tzinfo=UTC)
_ONES = {_WORDS: "q", _SINCE.isoformat(): "since", _UNTIL.isoformat(): "until"}
"""Marks that are one value."""
_NOTHING_MORE = '{"constant_score":{"filter":{"match_all":{}},"boost":0}}'
_NEVER = '{"match_none":{}}'


def template() -> str:
    """The template's source, in Mustache."""
    asked = Asked(
        line=f'{_WORDS} "{_PHRASE}" -{_EXCLUDED} {_UNSPACED}',
        tags=(_TAG,),
        **{name: (mark,) for mark, name in _LISTS.items()},  # type: ignore[arg-type]
    )
    body = search_body(asked)
    asks = body["query"]["function_score"]["query"]["bool"]
    asks["filter"] += [{"term": {"acronyms": "qqacronymqq"}}, *narrowing(Asked(since=_SINCE))]
    asks["filter"] += narrowing(Asked(until=_UNTIL))
    collapsed = search_body(asked, collapse=True)
    more = {name: collapsed[name] for name in collapsed if name not in body}
    by_date = search_body(Asked(sort="date"))
    body["sort"] = [*body["sort"][:1], *by_date["sort"]]  # without words all hits have the same score
    lines = [f'"from":{_number("from", 0)}', f'"size":{_number("size", body["size"])}']
    lines += [
        f'"{name}":{_when("by_date", json.dumps(by_date[name]))}{_unless("by_date", json.dumps(body[name]))}'
        for name in ("sort", "track_scores")
    ]
    told = ("from", "size", "sort", "track_scores")
    lines += [f"{json.dumps(name)}:{_written(body[name])}" for name in body if name not in told]
    return f"{{{','.join(lines)}{_when('collapse', ',' + json.dumps(more)[1:-1])}}}"


def _written(node: Any) -> str:
    if isinstance(node, Mapping):
        return f"{{{','.join(f'{json.dumps(name)}:{_clauses(name, value)}' for name, value in node.items())}}}"
    if isinstance(node, list):
        return f"[{','.join(map(_written, node))}]"
    if node in _EACH:
        return '"{{.}}"'  # Mustache escapes it for JSON
    return f'"{{{{{_ONES[node]}}}}}"' if node in _ONES else json.dumps(node)


def _clauses(name: str, value: Any) -> str:
    """A list of clauses, each there as its parameter is; any other value as it is."""
    if isinstance(value, list) and str(value[0]) in _LISTS:
        return f"{{{{#toJson}}}}{_LISTS[value[0]]}{{{{/toJson}}}}"
    if name not in ("must", "must_not", "filter", "should") or not isinstance(value, list):
        return _written(value)
    first = _NEVER if name == "must_not" else _NOTHING_MORE
    return f"[{first}{''.join(map(_clause, value))}]"


def _clause(clause: Any) -> str:
    marks = list(_marks(clause))
    written = f",{_written(clause)}"
    if not marks:
        return written
    mark = marks[0]
    if mark in _LISTS:
        return _when(f"{_LISTS[mark]}.0", written)
    return _when(_EACH.get(mark) or _ONES[mark], written)


def _marks(node: Any) -> Sequence[str]:
    if isinstance(node, Mapping):
        return [mark for value in node.values() for mark in _marks(value)]
    if isinstance(node, list):
        return [mark for value in node for mark in _marks(value)]
    return [node] if str(node) in {**_EACH, **_LISTS, **_ONES} else []


def _when(name: str, text: str) -> str:
    return f"{{{{#{name}}}}}{text}{{{{/{name}}}}}"


def _unless(name: str, text: str) -> str:
    return f"{{{{^{name}}}}}{text}{{{{/{name}}}}}"


def _number(name: str, otherwise: int) -> str:
    return f"{{{{{name}}}}}{_unless(name, str(otherwise))}"
