"""Finding many forms in a text at once: automata over their folded spellings, and what of their finds is one."""

from collections.abc import Callable, Iterator, Mapping

import ahocorasick

from services.vocabulary.forms import Form, stands_alone

_SPACED = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))
Candidate = tuple[int, int, int, Form]
"""Start, the end negated, the end, and the form that stands there."""


def of_words(forms: Mapping[str, Form]) -> ahocorasick.Automaton:
    """Of folded forms of Latin script, for `words`."""
    return _automaton(forms, _spaced)


def of_others(forms: Mapping[str, Form]) -> ahocorasick.Automaton:
    """Of folded forms of other scripts, for `anywhere`."""
    return _automaton(forms, str)


def _automaton(forms: Mapping[str, Form], key_of: Callable[[str], str]) -> ahocorasick.Automaton:
    by_key: dict[str, list[tuple[str, Form]]] = {}
    for folded, form in forms.items():
        by_key.setdefault(key_of(folded), []).append((folded, form))
    automaton = ahocorasick.Automaton()
    for key, alike in by_key.items():
        automaton.add_word(key, alike)
    automaton.make_automaton()
    return automaton


def _spaced(folded: str) -> str:
    """A blank for every character but letters and digits of Latin-1, and one at each end.

    So a form begins and ends with blanks, and the automaton, which has one way out of its root, sees whole words only.
    """
    return f" {folded.encode('latin-1', 'replace').translate(_SPACED).decode('latin-1')} "


def words(text: str, folded: str, automaton: ahocorasick.Automaton) -> Iterator[Candidate]:
    """The forms of Latin script that stand in the text as words; in the spaced text all else was only like them."""
    for last, alike in automaton.iter(_spaced(folded)):
        end = last - 1
        for form_text, form in alike:
            start = end - len(form_text)
            is_word = folded.startswith(form_text, start) and stands_alone("word", folded, start, end)
            if is_word and _has_capitals(form, text, start, end):
                yield start, -end, end, form


def anywhere(text: str, folded: str, automaton: ahocorasick.Automaton) -> Iterator[Candidate]:
    """The forms of other scripts, most of which do not set words apart."""
    for last, alike in automaton.iter(folded):
        end = last + 1
        for form_text, form in alike:
            start = end - len(form_text)
            if _is_within_latin_word(folded, start, end):
                continue
            is_alone = form.alone == "anywhere" or stands_alone(form.alone, folded, start, end)
            if is_alone and _has_capitals(form, text, start, end):
                yield start, -end, end, form


def _is_within_latin_word(folded: str, start: int, end: int) -> bool:
    """Whether a form that begins or ends in ASCII goes on in letters or digits there."""
    before, after = folded[start - 1 : start] if start else "", folded[end : end + 1]
    return (before.isalnum() and folded[start].isascii()) or (
        after.isalnum() and after.isascii() and folded[end - 1].isascii()
    )


def _has_capitals(form: Form, text: str, start: int, end: int) -> bool:
    if form.capitals == "first":
        return text[start].isupper() or not text[start].isalpha()
    return form.capitals == "none" or text[start:end].isupper()
