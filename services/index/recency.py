"""How new an article is to whoever sorts by date."""

from datetime import datetime

from schemas.article import Article

_NOT_BELIEVED = "published-before-web"


def recency_at(article: Article) -> datetime:
    """When it was published, where that is known and believed, else when it was accepted.

    Never later than it was accepted, or than its embargo ends: no wrong date makes an article the newest.
    """
    accepted_at = article.accepted_at
    if article.published_at is None or _NOT_BELIEVED in article.date_flags:
        return accepted_at
    return min(article.published_at, max(accepted_at, article.embargoed_until or accepted_at))
