"""E-mail by SMTP: plain text, one recipient, a Message-ID that is the same each time a message is tried."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage

SECONDS = 20


class MailNotTakenError(RuntimeError):
    """The server did not take the message now."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mail is handed over. ``starttls``: encrypt before anything is said; ``user``: empty where none is asked for."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    starttls: bool = True

    def hand_over(self, *, ident: str, to: str, subject: str, body: str) -> None:
        """One message. Raises MailNotTakenError."""
        message = EmailMessage()
        try:
            message["From"], message["To"], message["Subject"] = self.sender, Address(addr_spec=to), subject
        except (ValueError, IndexError, MessageError):
            raise MailNotTakenError("no_address") from None
        message["Message-ID"] = f"<{ident}@jiexu>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body)
        try:
            with smtplib.SMTP(self.host, self.port, timeout=SECONDS) as server:
                if self.starttls:
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotTakenError(type(error).__name__) from None
