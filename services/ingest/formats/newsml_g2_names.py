"""Names and codes as NewsML-G2 writes them: in several languages, as QCodes (alias:code), addresses or literals."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from services.ingest.formats.json_values import coded
from services.ingest.formats.xml_elements import LANGUAGE, text_of


@dataclass(frozen=True, slots=True)
class Names:
    """The language that is preferred, and the names that an item's `assert` elements give to QCodes and addresses."""

    language: str
    asserted: dict[str, str] = field(default_factory=dict)

    def preferred(self, elements: Iterable[etree._Element]) -> list[etree._Element]:
        """Those in the preferred language or in none; all where there are none such."""
        listed = list(elements)
        wanted = _primary(self.language)
        right = [one for one in listed if _primary(one.get(LANGUAGE, self.language)) == wanted]
        return right or listed

    def of(self, concept: etree._Element) -> str:
        """A concept's name, in the preferred language if it can be; else its literal, if that is all it has."""
        names = [text_of(one) for one in self.preferred(concept.iterchildren("{*}name"))]
        written = next(filter(None, names), "") or self.asserted.get(_address(concept), "")
        return written or concept.get("literal", "").strip()


def asserted_names(asserts: Iterable[etree._Element], language: str) -> dict[str, str]:
    """The names that these `assert` elements give, by QCode or address."""
    names = Names(language)
    given = {_address(one): names.of(one) for one in asserts}
    return {address: name for address, name in given.items() if address and name}


def code_and_scheme(concept: etree._Element) -> tuple[str | None, str | None]:
    """A concept's code, and the alias or the address of its scheme."""
    alias, colon, code = concept.get("qcode", "").strip().partition(":")
    if colon and code:
        return code, alias or None
    uri = concept.get("uri", "").strip()
    return coded(uri) if uri else (alias or None, None)


def last_part(concept: etree._Element | None, qcode: str = "qcode", uri: str = "uri") -> str:
    """The code alone, in small letters: `canceled` of stat:canceled, and of an address that ends so."""
    if concept is None:
        return ""
    code = concept.get(qcode, "").rpartition(":")[2] or concept.get(uri, "").rstrip("/").rpartition("/")[2]
    return code.strip().lower()


def _address(concept: etree._Element) -> str:
    return concept.get("qcode") or concept.get("uri") or ""


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
