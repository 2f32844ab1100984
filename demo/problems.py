"""What can go wrong while loading, as sentences for the person at the terminal."""


class DemoError(Exception):
    """Ends the program; the message is one sentence that says what to do."""


class RefusedError(DemoError):
    """A service answered with a problem (RFC 9457)."""

    def __init__(self, message: str, *, status: int, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
