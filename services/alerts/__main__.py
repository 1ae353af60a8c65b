"""`python -m services.alerts`"""

import logging
import sys

from services.alerts.app import build_app
from services.alerts.settings import AlertsSettings
from services.consumer_name import claim_consumer_name
from services.logs import configure
from services.serve import listen, serve

DEFAULT_PORT = 8003


def main() -> int:
    """Reads the settings and works until told to stop."""
    settings = AlertsSettings()
    configure("alerts", settings.log_level)
    logging.getLogger(__name__).info("settings", extra={"settings": settings.redacted()})
    own_name, lock = claim_consumer_name(settings.redis_url, "alerts")
    with lock:
        consumer = settings.alerts_consumer or own_name
        listening = listen(settings.alerts_host, settings.alerts_port, DEFAULT_PORT)
        return serve(lambda fail: build_app(settings, consumer, fail), listening)


if __name__ == "__main__":
    sys.exit(main())
