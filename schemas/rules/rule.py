"""What a rule is."""

from typing import NamedTuple

ERROR = "error"
WARNING = "warning"


class Rule(NamedTuple):
    """One rule.

    Args:
        when: when it fires, for docs/rules.md.
        message: what the person reads; says what to do.
        suggests: what is suggested, for docs/rules.md; None when nothing is.
        section: the manual's, or None where Excel or plain sense is the source.
        severity: an error stops the import, a warning does not.
    """

    when: str
    message: str
    suggests: str | None = None
    section: str | None = None
    severity: str = ERROR
