"""The forms of adjectives and of people's names in other languages, as far as news needs them."""

_ENDINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "de": (
        ("isch", "isch ische ischen ischer isches ischem"),
        ("deutsch", "deutsch deutsche deutschen deutscher deutsches deutschem"),
        ("er", "er ern ers erin erinnen"),
        ("e", "e en er in innen"),
    ),
    "fr": (("ien", "ien iens ienne iennes"), ("éen", "éen éens éenne éennes"), ("s", "s se ses"), ("e", "e es")),
    "es": (
        ("o", "o a os as"),
        ("és", "és esa eses esas"),
        ("án", "án ana anes anas"),
        ("ón", "ón ona ones onas"),
        ("ol", "ol ola oles olas"),
        ("í", "í íes ís"),
        ("l", "l les"),
        ("r", "r res"),
    ),
    "it": (("o", "o a i e"), ("e", "e i")),
    "pt": (("o", "o a os as"), ("ês", "ês esa eses esas"), ("ão", "ão ã ães ãs"), ("l", "l la is las")),
}
"""For each language, the first ending that fits, and what stands in its place."""
_OTHERWISE = {"de": "", "fr": " s e es", "es": " s", "it": "", "pt": " s"}


def inflected(form: str, language: str) -> list[str]:
    """The form with every ending of its language, itself first; only itself where the language has no rules here."""
    for ending, replaced in _ENDINGS.get(language, ()):
        if form.endswith(ending):
            return [form.removesuffix(ending) + one for one in replaced.split(" ")]
    return [form + one for one in _OTHERWISE.get(language, "").split(" ")]
