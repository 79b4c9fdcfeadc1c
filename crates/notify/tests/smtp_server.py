"""A real mail server for the tests: aiosmtpd's Mailbox, which keeps what arrives in a Maildir, with faults on request.

Prints "ready PORT" once it listens, and appends to FOLDER/attempts the Message-ID of everything it is sent, and to
FOLDER/faults each fault it committed with the address that met it.
"""

import argparse
import asyncio
import logging
import random
import ssl
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult

KEYS = Path(__file__).parent / "tls"
# What may befall a recipient before its mail is taken, and what ends it for good.
AT_RECIPIENT = ["421 4.3.2 closing", "450 4.2.1 busy", "451 4.3.0 trouble", "452 4.2.2 full", "abort", "garbage"]
AT_DATA = ["451 4.7.1 greylisted", "cut-before", "cut-after", "garbage"]
FOR_GOOD = ["550 5.1.1 nobody", "552 5.2.2 too much", "554 5.7.1 unwanted"]
# What may befall a connection; few enough that no mail meets them twelve times.
AT_CONNECTION = ["554 go away", "421 later", "\0\xff garbage", "abort", "abort", "silence"]


class Mix:
    """Faults by seed: what befalls an address depends on it and on the seed alone, not on the order of mails."""

    def __init__(self, seed):
        self.seed, self.due, self.connections = seed, {}, 0
        numbers = random.Random(seed).sample(range(1, 12), len(AT_CONNECTION))
        self.at_connection = dict(zip(numbers, AT_CONNECTION))

    def at_address(self, address, kinds):
        if address not in self.due:
            chance = random.Random(f"{self.seed} {address}")
            faults = chance.sample(AT_RECIPIENT, 2) + chance.sample(AT_DATA, 2)
            faults = chance.sample(faults, chance.randrange(len(faults) + 1))
            self.due[address] = faults + ([chance.choice(FOR_GOOD)] if chance.random() < 0.2 else [])
        due = self.due[address]
        return due.pop(0) if due and due[0] in kinds else None

    def at_next_connection(self):
        self.connections += 1
        return self.at_connection.get(self.connections)


class Faulty(Mailbox):
    """Does to the first message what FAULT says, and keeps the others; `stale` kills connections after their first."""

    def __init__(self, options):
        super().__init__(options.folder + "/mail")
        self.options = options
        self.fault = options.fault
        self.mix = Mix(options.mix) if options.mix is not None else None

    def note(self, fault, address):
        with open(self.options.folder + "/faults", "a") as faults:
            faults.write(f"{fault} <{address}>\n")

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address == self.options.refuse:
            return f"550 5.1.1 <{address}>: there is no such person"
        if address.lower().endswith("@" + str(self.options.tarpit)):
            await asyncio.Event().wait()
        fault = self.mix and self.mix.at_address(address, AT_RECIPIENT + FOR_GOOD)
        if fault:
            self.note(fault, address)
            return self.answer(server, fault)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def answer(self, server, fault):
        if fault == "abort":
            server.transport.abort()
        return "what is this\r\nnonsense" if fault == "garbage" else fault

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
        address = envelope.rcpt_tos[0]
        fault = self.mix.at_address(address, AT_DATA) if self.mix else fault
        if self.mix and fault:
            self.note(fault, address)
        match fault:
            case "later":
                return "451 4.7.1 greylisted, come back"
            case "never":
                return "554 5.6.0 not wanted"
            case "silence":
                await asyncio.Event().wait()
            case "cut-before":
                server.transport.abort()
                return "451 nobody hears this"
            case "garbage" | "451 4.7.1 greylisted":
                return self.answer(server, fault)
        session.served = True
        answer = await super().handle_DATA(server, session, envelope)
        if fault == "cut-after":
            server.transport.abort()
        return answer


class Connection(SMTP):
    """A connection on which the mix may strike before anything is said."""

    def connection_made(self, transport):
        mix = self.event_handler.mix
        fault = mix and not self.session and mix.at_next_connection()
        if not fault:
            return super().connection_made(transport)
        self.event_handler.note(fault.split()[0], "a connection")
        if fault == "abort":
            transport.abort()
        elif fault != "silence":
            transport.write(fault.encode("latin-1") + b"\r\n")
            transport.close()

    def data_received(self, data):
        if self._reader_task_runs():
            super().data_received(data)

    def eof_received(self):
        return super().eof_received() if self._reader_task_runs() else False

    def connection_lost(self, error):
        if self._reader_task_runs():
            super().connection_lost(error)

    def _reader_task_runs(self):
        return self.session is not None


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--fault", choices=["later", "never", "silence", "cut-after", "stale"])
    parser.add_argument("--mix", metavar="SEED")
    parser.add_argument("--refuse", metavar="ADDRESS")
    parser.add_argument("--sign-in", metavar="USER:PASSWORD")
    parser.add_argument("--tarpit", metavar="DOMAIN")
    parser.add_argument("--tls", choices=["starttls", "implicit"])
    options = parser.parse_args()
    handler = Faulty(options)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(KEYS / "server.pem", KEYS / "server.key")

    def authenticate(server, session, envelope, mechanism, data):
        given = data.login.decode() + ":" + data.password.decode()
        return AuthResult(success=given == options.sign_in, handled=False)

    def serve():
        settings = {}
        if options.sign_in:
            settings.update(authenticator=authenticate, auth_required=True, auth_require_tls=False)
        if options.tls == "starttls":
            settings.update(tls_context=context, require_starttls=True)
        return Connection(handler, **settings)

    wrapped = context if options.tls == "implicit" else None
    listener = await asyncio.get_running_loop().create_server(serve, "127.0.0.1", 0, ssl=wrapped)
    print("ready", listener.sockets[0].getsockname()[1], flush=True)
    await listener.serve_forever()


# It warns that signing in without TLS is unsafe.
logging.disable(logging.CRITICAL)
asyncio.run(main())
