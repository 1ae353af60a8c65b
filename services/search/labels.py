"""What people call a tag or a language, and the tags that somebody may be about to type."""

from collections.abc import Iterator

from services.vocabulary.gazetteer import Gazetteer
from services.vocabulary.names import canonical_tag, slug

_MOST = 200
_LANGUAGES = {
    **{"ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German"},
    **{"el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish"},
    **{"fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian"},
    **{"it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch"},
    **{"no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak"},
    **{"sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian"},
    **{"vi": "Vietnamese", "zh": "Chinese", "und": "Unknown"},
}


class Labels:
    """Names out of the gazetteer's table."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._countries = {short: country for country, short in gazetteer.shorts.items()}

    def canonical(self, tag: str) -> str:
        """The slug of a tag in any spelling."""
        return canonical_tag(tag, self._gazetteer.aliases, self._gazetteer.shorts)

    def tag(self, tag: str) -> str:
        """`rare-earth` is Rare earth, `us-japan` is US–Japan, `united-states` is United States."""
        if title := self._gazetteer.titles.get(tag):
            return _begun(title)
        parts = tag.split("-")
        for cut in range(1, len(parts)):
            pair = "-".join(parts[:cut]), "-".join(parts[cut:])
            if all(short in self._countries for short in pair):
                return "–".join(map(self._short, pair))
        return _begun(tag.replace("-", " "))

    def value(self, facet: str, value: str) -> str:
        """A value of a facet as people read it."""
        if facet == "tags":
            return self.tag(value)
        return _LANGUAGES.get(value, value) if facet == "languages" else value

    def tags_named(self, text: str) -> list[str]:
        """Tags of which a name, or a relation's second half, begins like this; at most 200."""
        begun = slug(text)
        found = dict.fromkeys(self._named(begun)) if begun else {}
        return list(found)[:_MOST]

    def _named(self, begun: str) -> Iterator[str]:
        yield self.canonical(begun)
        for alias, tag in self._gazetteer.aliases.items():
            if alias.startswith(begun):
                yield tag
        first, _, rest = begun.rpartition("-")
        if self._gazetteer.aliases.get(first) in self._gazetteer.shorts:
            for short in self._countries:
                if short.startswith(rest):
                    yield self.canonical(f"{first}-{short}")

    def _short(self, short: str) -> str:
        """`us` is US, `japan` is Japan."""
        country = self._countries[short]
        return self._gazetteer.titles.get(country, short) if short == country else short.upper()


def _begun(title: str) -> str:
    return title[:1].upper() + title[1:]
