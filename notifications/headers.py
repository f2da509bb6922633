"""Addresses and subjects as headers that nothing can be smuggled into. Whoever writes them may mean harm.

The standard library decodes "encoded words" (=?utf-8?q?…?=) in what it is given for a header: a provider called so
could add lines of its own. So a subject is encoded here, and an address is one of plain characters or none.
"""

import re
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from email.utils import parseaddr

from schemas.visible_text import make_visible

ENCODED_WORD = "=?"
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Subject(str):
    """A subject that the message takes as it is: made visible, and encoded as soon as it is more than plain ASCII."""

    __slots__ = ()
    name = "Subject"  # tells the email package that this is a header already, not a text to be read as one

    def fold(self, *, policy: EmailPolicy) -> str:
        """Write the header's lines."""
        charset = "us-ascii" if self.isascii() and ENCODED_WORD not in self else "utf-8"
        return f"Subject: {Header(self, charset, header_name=self.name).encode(linesep=policy.linesep)}{policy.linesep}"


def make_subject(text: str) -> Subject:
    """Make the header of a subject, hidden characters and line breaks written out."""
    return Subject(make_visible(text))


def make_address(text: str, *, display_name: str = "") -> Address:
    """Make an address of a text such as office@example.org; a domain of other letters is written in ASCII.

    What stands before the @ may hold other letters too, which not every mail server takes.

    Raises:
        ValueError: it is not one address of letters, digits and plain characters.
    """
    local, at, domain = text.strip(" ").rpartition("@")
    if not domain.isascii():
        domain = domain.encode("idna").decode()  # UnicodeError is a ValueError
    plain = f"{local}{at}{domain}"
    if not ADDRESS.fullmatch(plain) or ENCODED_WORD in plain:
        raise ValueError("not an address")
    try:
        return Address(display_name, username=local, domain=domain)
    except (IndexError, MessageError) as error:
        raise ValueError("not an address") from error


def make_sender_address(text: str) -> Address:
    """Make the sender's address of a text such as "Learner imports <no-reply@example.org>".

    Raises:
        ValueError: it is not one address, or its name holds what no name should.
    """
    name, address = parseaddr(text)
    if ENCODED_WORD in text or make_visible(text) != text:
        raise ValueError("not an address")
    return make_address(address, display_name=name)
