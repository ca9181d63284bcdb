"""The four things that can go wrong by rule. Anything else is a bug."""


class CivicError(Exception):
    """A sentence for the person, translated where it is shown."""

    def __init__(self, message: str = "", **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


class NotAllowed(CivicError):
    """403, or the way to sign-in for a guest."""


class NotFound(CivicError):
    """404: absent, or looks exactly like absent."""


class RuleBroken(CivicError):
    """422: the form again with the sentence; `field` names the form field it belongs to, if any."""

    def __init__(self, message: str = "", *, field: str = "", **values: object) -> None:
        super().__init__(message, **values)
        self.field = field


class Conflict(CivicError):
    """409: the thing has changed meanwhile."""


class Overtaken(Conflict):
    """409 on a form: somebody saved other words since it was opened. `theirs` is what stands now, unlocked by then."""

    def __init__(self, message: str = "", *, title: str = "", text: str = "", **values: object) -> None:
        super().__init__(message, **values)
        self.title, self.text = title, text


class TooMany(CivicError):
    """429: a limit was reached; `retry_after` in seconds."""

    def __init__(self, message: str = "", *, retry_after: int = 60, **values: object) -> None:
        super().__init__(message, **values)
        self.retry_after = retry_after
