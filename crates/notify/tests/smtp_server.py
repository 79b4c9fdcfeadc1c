"""A real mail server for the tests: aiosmtpd's Mailbox, which keeps what arrives in a Maildir, with a fault on request.

Prints "ready PORT" once it listens, and appends the Message-ID of everything it is sent to FOLDER/attempts.
"""

import argparse
import asyncio
import logging
from email import message_from_bytes

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult


class Faulty(Mailbox):
    """Does to the first message what FAULT says, and keeps the others; `stale` kills connections after their first."""

    def __init__(self, options):
        super().__init__(options.folder + "/mail")
        self.options = options
        self.fault = options.fault

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address == self.options.refuse:
            return f"550 5.1.1 <{address}>: there is no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_NOOP(self, server, session, envelope, argument):
        self.bury(server, session)
        return "250 OK"

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        self.bury(server, session)
        envelope.mail_from = address
        return "250 OK"

    def bury(self, server, session):
        if self.options.fault == "stale" and hasattr(session, "served"):
            server.transport.abort()

    async def handle_DATA(self, server, session, envelope):
        with open(self.options.folder + "/attempts", "a") as attempts:
            attempts.write(message_from_bytes(envelope.content)["Message-ID"] + "\n")
        fault, self.fault = self.fault, None
        if fault == "later":
            return "451 4.7.1 greylisted, come back"
        if fault == "never":
            return "554 5.6.0 not wanted"
        if fault == "silence":
            await asyncio.Event().wait()
        session.served = True
        answer = await super().handle_DATA(server, session, envelope)
        if fault == "cut":
            server.transport.abort()
        return answer


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--fault", choices=["later", "never", "silence", "cut", "stale"])
    parser.add_argument("--refuse", metavar="ADDRESS")
    parser.add_argument("--sign-in", metavar="USER:PASSWORD")
    options = parser.parse_args()
    handler = Faulty(options)

    def authenticate(server, session, envelope, mechanism, data):
        given = data.login.decode() + ":" + data.password.decode()
        return AuthResult(success=given == options.sign_in, handled=False)

    def serve():
        if not options.sign_in:
            return SMTP(handler)
        return SMTP(handler, authenticator=authenticate, auth_required=True, auth_require_tls=False)

    listener = await asyncio.get_running_loop().create_server(serve, "127.0.0.1", 0)
    print("ready", listener.sockets[0].getsockname()[1], flush=True)
    await listener.serve_forever()


# It warns that signing in without TLS is unsafe.
logging.disable(logging.WARNING)
asyncio.run(main())
