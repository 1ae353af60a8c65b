"""`python -m services.ingest`"""

import logging
import sys

from services.ingest.app import build_app
from services.ingest.settings import IngestSettings
from services.logs import configure
from services.serve import listen, serve

DEFAULT_PORT = 8000


def main() -> int:
    """Reads the settings and serves until told to stop."""
    settings = IngestSettings()
    configure("ingest", settings.log_level)
    logging.getLogger(__name__).info("settings", extra={"settings": settings.redacted()})
    return serve(lambda _: build_app(settings), listen(settings.ingest_host, settings.ingest_port, DEFAULT_PORT))


if __name__ == "__main__":
    sys.exit(main())
