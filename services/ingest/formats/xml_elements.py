"""What stands in an XML element: its text, and its children by name, with a note of those that nobody asked for."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from lxml import etree

from services.ingest.formats.json_values import MOST_ENTRIES
from services.ingest.formats.reading import Found

BASE = "{http://www.w3.org/XML/1998/namespace}base"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_MOST_TOLD = 100
T = TypeVar("T")


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: etree._Element) -> str:
    """The address of an element's namespace, "" where it is in none."""
    return str(element.tag)[1:].rpartition("}")[0]


def text_of(element: etree._Element | None) -> str:
    """All text in an element on one line, "" where there is no element."""
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def offer(found: Found, field: str, values: Iterable[str], place: str) -> None:
    """Sets a native field that has no value yet to the first that is not empty; says where others are left."""
    said = [value for value in values if value]
    if said:
        found.put(field, said[0], place)
    if any(value != found.values[field] for value in said):
        found.lost(place, "another is used instead")


def most(found: Found, values: Sequence[T], place: str) -> list[T]:
    """As many of them as a native list holds; says where there are more."""
    if len(values) > MOST_ENTRIES:
        found.lost(place, f"of {len(values)} the first {MOST_ENTRIES} are used")
    return list(values[:MOST_ENTRIES])


class Children:
    """The child elements of one element by name, in capitals or not; remembers which were asked for."""

    def __init__(
        self, element: etree._Element | None, place: str, name: Callable[[etree._Element], str] = local
    ) -> None:
        """`place` is the element's own, below the item's pointer; `name` says what a child is called."""
        self.place = place
        self._by_name: dict[str, list[etree._Element]] = {}
        self._written: dict[str, str] = {}
        self._asked: set[str] = set()
        for child in () if element is None else element:
            written = name(child)
            self._by_name.setdefault(written.lower(), []).append(child)
            self._written.setdefault(written.lower(), written)

    def all(self, *names: str) -> list[etree._Element]:
        """The children of these names, those of the first name first."""
        asked = [name.lower() for name in names]
        self._asked.update(asked)
        return [child for name in asked for child in self._by_name.get(name, ())]

    def first(self, *names: str) -> etree._Element | None:
        """The first of them, or None."""
        return next(iter(self.all(*names)), None)

    def few(self, found: Found, name: str) -> list[etree._Element]:
        """The first 200 children of this name; says where there are more."""
        return most(found, self.all(name), f"{self.place}/{name}")

    def put(self, found: Found, field: str, *names: str, read: Callable[[etree._Element], str] = text_of) -> None:
        """Sets a native field to the text of the first child of these names that has one; says which others have."""
        for name in names:
            offer(found, field, [read(child) for child in self.few(found, name)], f"{self.place}/{name}")

    def put_attribute(self, found: Found, field: str, name: str, attribute: str) -> None:
        """Does the same with this attribute of the children of one name."""
        values = [child.get(attribute, "").strip() for child in self.all(name)]
        offer(found, field, values, f"{self.place}/{name}/@{attribute}")

    def inside(self, *names: str) -> "Children":
        """The children of the first of these, none where there is no such child."""
        child = self.first(*names)
        return Children(child, f"{self.place}/{names[0] if child is None else local(child)}")

    def lose_rest(self, found: Found) -> None:
        """Says once of each name that nobody asked for that it is not used; of a very many, how many there are."""
        rest = [written for name, written in self._written.items() if name not in self._asked]
        for written in rest[:_MOST_TOLD]:
            found.lost(f"{self.place}/{written}")
        if len(rest) > _MOST_TOLD:
            found.lost(self.place, f"{len(rest) - _MOST_TOLD} more elements are not used")
