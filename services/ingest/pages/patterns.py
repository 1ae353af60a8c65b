"""How lines of furniture are worded, where they are no fixed phrases."""

import re
from dataclasses import dataclass
from typing import Final

from services.ingest.pages.kinds import Kind

_COMMENTED = r"comments?|responses?|replies|kommentare?|commentaires?|comentarios?|comment[oi]|comentários?|reacties"
_MINUTES = r"min(?:ute|uut|uti|uto)?[ns]?\.?"
_READ = r"read|lesezeit|leestijd|de lecture|de lectura|di lettura|de leitura"
_LETTER = r"newsletters?|inbox|e-?mails?|updates|notifications|boletín|boletim"
_ASKED = (
    r"sign up|subscribe|get (?:our|the|breaking|all)|join our|enter your|melden sie sich|abonnieren|inscrivez-vous"
    r"|abonnez-vous|recevez|suscríbe(?:te|se)|regístrate|recib[ae]|iscriviti|ricevi|assine|inscreva-se|receba"
)
_COOKIES = (
    r"(?:we|our site|this (?:web)?site)\b.{0,60}\buses? cookies|wir (?:verwenden|nutzen|setzen)\b.{0,40}\bcookies"
    r"|diese (?:web)?seite\b.{0,40}\bcookies|(?:nous utilisons|ce site utilise) des cookies|utilizamos cookies"
    r"|est[ea] (?:sitio|site|web)\b.{0,40}\bcookies|(?:usiamo|utilizziamo) i? ?cookie|questo sito\b.{0,40}\bcookie"
)
_PAID = (
    r"already (?:a subscriber|have an account|registered)|to (?:continue|keep) reading|to read the full"
    r"|this (?:article|content|story) is (?:only )?(?:for|available to) .{0,20}(?:subscribers|members)"
    r"|(?:you must be|please) (?:log|sign)(?:ged)? ?in|dieser (?:artikel|inhalt) ist nur"
    r"|weiterlesen mit|(?:cet )?article réservé|il vous reste \d|contenido exclusivo|contenuto riservato"
    r"|conteúdo exclusivo|この記事は(?:有料|会員)|残り:? ?\d+文字|有料(?:会員|記事)"
)
_DAY = r"(?:\w{3,9}\.?,? )?(?:\w{3,9}\.? \d|\d).{0,60}"
_PUBLISHED = (
    r"(?:published|posted|(?:last )?(?:updated|modified)|veröffentlicht|aktualisiert|stand|publié|mis à jour|modifié"
    r"|publicado|act?ualizado|pubblicato|aggiornato|gepubliceerd|publicerad|uppdaterad)"
    r"(?: (?:on|at|am|le|el|em|il|op))?"
)
_MONTH = (
    r"(?:jan|feb|fév|mar|mär|apr|avr|abr|may|mai|mag|jun|giu|jui|jul|lug|aug|aoû|ago|sep|set|oct|okt|ott|out|nov|dec"
    r"|dez|déc|dic|ene|gen)[^\W\d_]{0,7}\.?"
)
_TIME = r"(?:\W{0,3}(?:at|um|à|a las|alle|às|kl\.?)?\W{0,3}\d{1,2}[:.h時]\d{0,2}.{0,24})?"
_NAME = r"[^\W\d_][\w.'’ ,&-]{2,118}"
_SHORT = (
    (Kind.COMMENTS, rf"\d[\d.,]* (?:{_COMMENTED}|thoughts?) (?:on|to|below|zu|sur|en|su|em)\b.*$"),
    (Kind.COMMENTS, rf"(?:{_COMMENTED}) ?\(\d+\)$|コメント ?[(（]?\d+|\d+ ?件のコメント"),
    (Kind.COUNT, rf"\(?\d[\d.,]*\)? (?:{_COMMENTED})\W*$"),
    (Kind.COUNT, rf"\d+ ?(?:{_MINUTES} (?:{_READ})|shares?|views?|likes?|aufrufe|vues|分で読)\W*$"),
    (Kind.COUNT, rf"(?:lesezeit|lecture|lectura|leestijd|tempo di lettura)\W{{1,3}}\d+ ?{_MINUTES}$"),
    (Kind.SHARE, r"(?:click to )?(?:share|tweet|print|email|pin) (?:this|on|via|it|to)\b.{0,50}[^.!?…]$"),
    (Kind.SHARE, r"(?:auf|per|via|sur|en|su|no) (?:facebook|twitter|x|whatsapp|linkedin|e-?mail|telegram)\b.{0,30}$"),
    (
        Kind.LINK,
        r"(?:read more|continue reading|read the full|weiterlesen|lire la suite|leer más|leggi tutto)\W.{0,80}$",
    ),
    (Kind.OTHERS, r"(?:more (?:stories|news|on|about|articles) |more from )\S.{0,40}$|mehr (?:von|aus|zu) .{0,40}$"),
    (Kind.OTHERS, r"you (?:may|might) (?:also )?(?:like|be interested)\b.{0,40}$"),
    (Kind.TAGS, r"(?P<value>#[^\s#]{2,40}(?:,? #[^\s#]{2,40})*)$"),
    (Kind.BYLINE, rf"(?:(?:written|posted|reported) )?by:? (?P<value>{_NAME})$"),
    (Kind.BYLINE, rf"(?:von|par|por|di|door|av|af) (?P<value>[^\W\d_][\w.'’-]* {_NAME})$"),
    (Kind.BYLINE, r"(?P<value>(?:[\w.'’-]+ ){1,3}(?<!of )(?:staff|newsroom|desk|editorial team|staff writer))$"),
    (Kind.BYLINE, r"[【（(]?(?P<value>[\u3040-\u30ff\u3400-\u9fff]{2,8}) ?(?:記者|編集委員|特派員|論説委員)[】）)]?$"),
    (Kind.DATE, rf"{_PUBLISHED} (?P<value>{_DAY})$"),
    (Kind.DATE, rf"(?:\w{{3,10}}\.?,? )?{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}{_TIME}$"),
    (Kind.DATE, rf"(?:\w{{3,10}}\.?,? )?\d{{1,2}}\.? (?:de )?{_MONTH},? (?:de )?\d{{4}}{_TIME}$"),
    (Kind.DATE, rf"\d{{1,4}}[-./年]\d{{1,2}}[-./月]\d{{1,4}}日?{_TIME}$"),
    (Kind.COUNT, r"(?:\W*\d[\d.,:]*){1,2}\W*$|(?:image|photo|slide|bild) \d+ (?:of|/|von)\W{0,3}\d+$"),
    (Kind.CRUMBS, r"(?:[\w&' -]{1,30}\s[>»›]\s*){1,6}[\w&' -]{0,60}$|(?:[\w&' -]{1,30}\s[/|]\s){2,6}[\w&' -]{0,60}$"),
)
_ANY = (
    (Kind.NOTICE, r"(?:©|\(c\)|copyright (?:©|\(c\)|\d{4}))"),
    (Kind.NEWSLETTER, rf"(?:{_ASKED})\b.{{0,120}}\b(?:{_LETTER})\b.{{0,120}}$"),
    (Kind.COOKIES, rf"(?:{_COOKIES})"),
    (Kind.PAYWALL, rf"(?:{_PAID})"),
    (Kind.LINK, r"(?:click|tap) here\b.{0,120}$"),
    (Kind.CAPTION, r"image (?:caption|copyright|source)\b|file ?(?:photo)? ?[-–—:] |【写真|写真は|[(（]写真"),
)


@dataclass(frozen=True, slots=True)
class Wordings:
    """Regular expressions for the beginnings of lines, and one that matches where any of them does."""

    each: tuple[tuple[Kind, re.Pattern[str]], ...]
    any: re.Pattern[str]


def _compiled(wordings: tuple[tuple[Kind, str], ...]) -> Wordings:
    unnamed = "|".join(wording.replace("?P<value>", "?:") for _, wording in wordings)
    each = tuple((kind, re.compile(wording, re.IGNORECASE)) for kind, wording in wordings)
    return Wordings(each, re.compile(unnamed, re.IGNORECASE))


SHORT_LINES: Final = 160
"""How long a line may be, in characters, that is a label, a button, a name or a date."""
OF_SHORT_LINES: Final = _compiled((*_SHORT, *_ANY))
OF_LONG_LINES: Final = _compiled(_ANY)
CREDIT: Final = re.compile(
    r"[(\[（][^()（）\]]{0,80}\b(?:photo|foto|image|imagen|bild|picture|getty|file|shutterstock)\b[^()（）]{0,80}[)\]）]\W*$"
    r"|\b(?:photo|image|foto|picture|photograph|bild)s?(?: credit)?(?: by|:| von| de)\s[^.!?]{2,60}$"
    r"|(?:credit|crédit|crédito|credits): ?[^.!?]{2,60}$|\bcourtesy of [^.!?]{2,60}$|, (?:left|right|cent(?:er|re)),"
    r"|©[^.!?©]{2,80}$|\w \((?:ap|afp|epa|aap|ansa|efe|reuters|getty)\)$|[(（](?:archivbild|quelle: [^()]{2,60})[)）]$"
    r"|\b(?:submitted|handout|provided|stock) (?:photo|image)s?\W*$|[(（](?:pictured|left|right|background)[)）]"
    r"|\bpictured (?:here|above|left|right|in|at)\b|/ ?(?:getty images|shutterstock|picture alliance)\b.{0,40}$"
    r"|\bfile photo\b.{0,60}$|[=＝（(][^=＝（(]{1,20}(?:撮影|提供)[)）]?$|写真[)）]$",
    re.IGNORECASE,
)
"""How a caption of any length ends: with who took the picture, or who stands where in it."""
