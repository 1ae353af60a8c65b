"""Languages that the model does not know, told by their commonest words."""

import re
from collections import Counter

READ_CHARACTERS = 3000
_FEWEST = 4
_WORD = re.compile(r"[^\W\d_]+")
_WORDS = {
    "ha": "cewa kuma wannan cikin domin yayin daga amma wasu bayan suka inda kasar",
    "ig": "nke ndị maka mana bụ dị gị nwere ahụ ihe onye kwuru ọzọ",
    "rw": "kandi ariko kugira abantu muri nyuma yavuze avuga ubwo cyane aho ndetse",
    "sn": "kuti kana uye vanhu zvakare mushure pamusoro vakati akati nokuti kubva",
    "st": "hore empa hape mme bakeng kapa feela batho ntse jwalo haholo",
    "tn": "gore mme kgotsa fela batho jaaka gape gonne ntse jalo gongwe",
    "xh": "ukuba kwaye okanye xa kunye apho kodwa njengoko ngexesha oku ngoku kwakhona kuba",
    "zu": "ukuthi futhi noma kanye lapho kodwa njengoba kanti ngesikhathi nokuthi lokhu ngoba manje",
}
_LANGUAGES: dict[str, list[str]] = {}
for _language, _words in _WORDS.items():
    for _one in _words.split():
        _LANGUAGES.setdefault(_one, []).append(_language)


def rare_language(text: str) -> tuple[str, float] | None:
    """The language of which the text's first 3,000 characters hold the most words, and its share of all such words.

    None for fewer than four words, or for less than two thirds of them.
    """
    said = _WORD.findall(text[:READ_CHARACTERS].casefold())
    counts = Counter(language for word in said for language in _LANGUAGES.get(word, ()))
    language, most = next(iter(counts.most_common(1)), ("", 0))
    share = most / (counts.total() or 1)
    return (language, round(share, 2)) if most >= _FEWEST and share >= 2 / 3 else None
