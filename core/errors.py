"""The one family of errors that is meant for the user's eyes.

Its text is one plain sentence: what is wrong, where, and what was expected. A page or the terminal
shows it as it is; any other exception is a bug of ours.
"""


class UserError(ValueError):
    """Something the user can mend."""


class SpecError(UserError):
    """A configuration that cannot be trained."""


class DataError(UserError):
    """A file or data set that cannot be used."""


class StoreError(UserError):
    """The place where runs are kept cannot be read or written."""


class HostError(UserError):
    """The file that tells what a server allows (`core/host.py`) cannot be used."""


class LimitError(UserError):
    """More than the host of this server allows."""


class LinkError(UserError):
    """A link by which a device joins another, and which does not hold."""


class TellingError(UserError):
    """A message that cannot be sent where somebody wants it."""


class NotFoundError(StoreError):
    """What a link names is not here."""


class RunNotFoundError(NotFoundError):
    """No saved run has this id."""

    def __init__(self, run_id: str) -> None:
        shown = run_id[:40].encode("utf-8", "replace").decode()
        super().__init__(
            f"There is no run “{shown}” here: it may have been deleted, or the link is incomplete."
        )


class NoNetworkError(DataError):
    """A saved run has no network to ask."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f"The model of run {run_id} is not there: it never ended an epoch, was left out of an archive, "
            "or was removed."
        )
