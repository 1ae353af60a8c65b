"""`python -m services.search`"""

import logging
import sys

from services.logs import configure
from services.search.app import build_app, end_listening
from services.search.settings import SearchSettings
from services.serve import listen, serve
from services.tracing import exporting

DEFAULT_PORT = 8002


def main() -> int:
    """Reads the settings and serves until told to stop."""
    settings = SearchSettings()
    configure("search", settings.log_level)
    logging.getLogger(__name__).info("settings", extra={"settings": settings.redacted()})
    with exporting("search") as traces:
        app = build_app(settings, traces)
        listening = listen(settings.search_host, settings.search_port, DEFAULT_PORT)
        return serve(lambda _: app, listening, lambda: end_listening(app), settings.trusted_proxies)


if __name__ == "__main__":
    sys.exit(main())
