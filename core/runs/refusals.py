"""Why a tracking server does not take a run, in plain words made of what the library says about it."""

import re

from core.journal import without_password

_CREDENTIALS = "MLFLOW_TRACKING_USERNAME and …_PASSWORD, or …_TOKEN"
_REASONS = {
    "connection refused": "it does not answer",
    "failed to resolve": "no machine has this name",
    "name or service not known": "no machine has this name",
    "timed out": "it took too long to answer",
    "network is unreachable": "the network is away",
    "no space left": "its disk is full",
    "certificate": "its certificate is not trusted",
    "wrong_version_number": "it does not speak https: its address begins with http://",
    "record layer failure": "it does not speak https: its address begins with http://",
    "connection aborted": "it ends the connection: its address may have to begin with https://",
    "invalid host header": "it refuses this host name, unless it is started with --allowed-hosts",
    "not in a valid json": "something else than MLflow answers there",
    "error code 401": f"it wants to know who asks, or does not believe it any more ({_CREDENTIALS})",
    "unauthenticated": f"it wants to know who asks, or does not believe it any more ({_CREDENTIALS})",
    "error code 403": f"it does not allow this user that ({_CREDENTIALS})",
    "permission_denied": f"it does not allow this user that ({_CREDENTIALS})",
    "error code 404": "no MLflow is at this address: check its path",
    "'detail': 'not found'": "no MLflow is at this address: check its path",
    "error code 413": "the run is too large for it, or for a proxy in front of it",
    "error code 30": "it leads to another address, maybe to sign in: use MLflow's own",
    "error responses": "it answers with an error of its own",
    "max retries exceeded": "it cannot be reached",
}
"""What the library's text holds → what is wrong; the first that is found counts."""


def reason(error: Exception) -> str:
    """Return half a sentence about the server, such as "it does not answer"."""
    text = " ".join(re.sub(r"\s+", " ", without_password(str(error))).split())
    known = (words for key, words in _REASONS.items() if key in text.lower())
    return next(known, text[:200].rstrip(". ") or type(error).__name__)
