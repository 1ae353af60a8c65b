"""Signed messages, as Standard Webhooks has it: https://github.com/standard-webhooks/standard-webhooks, spec, v1."""

import base64
import hmac
from datetime import datetime

from services.alerts.alert import secret_bytes


def signed_headers(secret: str, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The three headers: the message's id, the time of this try in s, and HMAC-SHA256 over both and the body as sent.

    Raises ValueError for a secret that is none.
    """
    at = str(int(now.timestamp()))
    content = b"%b.%b.%b" % (message_id.encode(), at.encode(), body)
    signature = base64.b64encode(hmac.digest(secret_bytes(secret), content, "sha256")).decode()
    return {"webhook-id": message_id, "webhook-timestamp": at, "webhook-signature": f"v1,{signature}"}
