"""The channels of this node, from its environment: what is not set up is not offered.

``JIEXU_SMTP``: host:port of a mail server; ``JIEXU_SMTP_FROM``: who writes; ``JIEXU_SMTP_USER``, ``JIEXU_SMTP_PASSWORD``: where it
asks for them; ``JIEXU_SMTP_PLAIN=1``: without encryption, on this machine only. ``JIEXU_SMS_SPOOL``: a folder a provider's
program takes short messages from. ``JIEXU_WEBHOOKS=1``: webhooks of employers; ``local``: also to this machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jiexu.cases.messages import Channel
from jiexu.gateways.mail import Mailbox, MailNotTakenError
from jiexu.gateways.sms import ShortMessageNotTakenError, ShortMessages, Spool
from jiexu.gateways.webhook import Caller, WebhookNotTakenError
from jiexu.usecases.messages import Message, NotSentError, Sender


@dataclass(frozen=True, slots=True)
class ByMail:
    """Messages by e-mail."""

    mailbox: Mailbox

    def send(self, message: Message) -> None:
        """Raises NotSentError."""
        try:
            self.mailbox.hand_over(
                ident=message.id, to=message.to, subject=message.subject, body=message.body
            )
        except MailNotTakenError as error:
            raise NotSentError(str(error)) from None


@dataclass(frozen=True, slots=True)
class ByShortMessage:
    """Messages by SMS."""

    provider: ShortMessages

    def send(self, message: Message) -> None:
        """Raises NotSentError."""
        try:
            self.provider.hand_over(ident=message.id, to=message.to, body=message.body)
        except ShortMessageNotTakenError as error:
            raise NotSentError(str(error)) from None


@dataclass(frozen=True, slots=True)
class ByWebhook:
    """Messages to an employer's own server: which case, what happened and when; nobody's name."""

    caller: Caller

    def send(self, message: Message) -> None:
        """Raises NotSentError."""
        told = {
            "body": message.body,
            "case": message.case_no,
            "id": message.id,
            "key": message.key,
            "on": message.told_on.isoformat(),
        }
        body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
        try:
            self.caller.hand_over(ident=message.id, to=message.to, body=body, secret=message.secret)
        except WebhookNotTakenError as error:
            raise NotSentError(str(error)) from None


def senders(environment: Mapping[str, str]) -> dict[Channel, Sender]:
    """Those that are set up."""
    found: dict[Channel, Sender] = {}
    host, _, port = environment.get("JIEXU_SMTP", "").rpartition(":")
    if host and port.isdigit() and environment.get("JIEXU_SMTP_FROM"):
        found[Channel.EMAIL] = ByMail(
            Mailbox(
                host,
                int(port),
                environment["JIEXU_SMTP_FROM"],
                environment.get("JIEXU_SMTP_USER", ""),
                environment.get("JIEXU_SMTP_PASSWORD", ""),
                starttls=environment.get("JIEXU_SMTP_PLAIN") != "1",
            )
        )
    if spool := environment.get("JIEXU_SMS_SPOOL"):
        found[Channel.SMS] = ByShortMessage(Spool(Path(spool)))
    if webhooks := environment.get("JIEXU_WEBHOOKS"):
        found[Channel.WEBHOOK] = ByWebhook(Caller(local=webhooks == "local"))
    return found
