"""Telling people that a run is done, outside of its page: by webhook and e-mail, sent by the server."""
