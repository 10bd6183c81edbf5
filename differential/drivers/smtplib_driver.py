"""Makes the calls of scenarios with smtplib: a job a line on standard input, its outcomes a line on standard output."""

import base64
import email
import email.policy
import email.utils
import json
import re
import smtplib
import socket
import ssl
import sys
import warnings

# So that a server that says nothing to smtplib ends a scenario instead of the run.
PATIENCE = 20


class Session:
    """A client of smtplib, and the calls by the names that they have in scenarios."""

    def __init__(self, job):
        self.job = job
        self.client = None
        self.connected_to = None

    def run(self, call):
        arguments = dict(call)
        method = getattr(self, "call_" + arguments.pop("call"))
        if self.client is None and call["call"] != "connect":
            return {"error": "NoClient"}
        try:
            return method(**arguments)
        except Exception as error:
            return error_outcome(error)

    def call_connect(self, **options):
        kind = options.get("as", "smtp")
        host = options.get("host", self.job["path"] or self.job["host"])
        host = host.replace("{port}", str(self.job["port"])).replace("{path}", self.job["path"])
        arguments = {"local_hostname": "client.example" if "name" not in options else None}
        arguments["timeout"] = options["timeout"] / 1000 if "timeout" in options else PATIENCE
        if "sourceAddress" in options:
            arguments["source_address"] = (options["sourceAddress"], 0)
        if "port" in options:
            arguments["port"] = options["port"]
        elif "host" not in options:
            arguments["port"] = self.job["port"]
        if kind == "smtps" and options.get("trust", "default") != "default":
            arguments["context"] = self.context(options["trust"])
        cls = {"smtp": smtplib.SMTP, "smtps": smtplib.SMTP_SSL, "lmtp": smtplib.LMTP}[kind]
        with Patches(self.job, options) as patches:
            self.client = cls(host, **arguments)
        self.connected_to = (host, arguments.get("port", 0))
        return {"asked": patches.asked} if options.get("observed") else NOTHING

    def call_ehlo(self, name=""):
        return reply_outcome(self.client.ehlo(name))

    def call_helo(self, name=""):
        return reply_outcome(self.client.helo(name))

    def call_ehloOrHeloIfNeeded(self):
        self.client.ehlo_or_helo_if_needed()
        return NOTHING

    def call_mail(self, options=(), **arguments):
        return reply_outcome(self.client.mail(arguments["from"], options))

    def call_rcpt(self, to, options=()):
        return reply_outcome(self.client.rcpt(to, options))

    def call_data(self, message):
        return reply_outcome(self.client.data(content(message)))

    def call_noop(self):
        return reply_outcome(self.client.noop())

    def call_rset(self):
        return reply_outcome(self.client.rset())

    def call_vrfy(self, address):
        return reply_outcome(self.client.vrfy(address))

    def call_verify(self, address):
        return reply_outcome(self.client.verify(address))

    def call_expn(self, address):
        return reply_outcome(self.client.expn(address))

    def call_help(self, topic=""):
        return {"text": text(self.client.help(topic))}

    def call_command(self, verb, argument=""):
        return reply_outcome(self.client.docmd(verb, argument))

    def call_login(self, user, **arguments):
        initial = arguments.get("initialResponse", True)
        return reply_outcome(self.client.login(user, arguments["pass"], initial_response_ok=initial))

    def call_auth(self, mechanism, **arguments):
        initial = arguments.get("initialResponse", True)
        if "user" in arguments:
            self.client.user, self.client.password = arguments["user"], arguments["pass"]
            own = getattr(self.client, "auth_" + mechanism.lower().replace("-", "_"))
            return reply_outcome(self.client.auth(mechanism, own, initial_response_ok=initial))
        responses = iter(arguments.get("responses", ()))
        challenges = []

        def answer(challenge=None):
            if challenge is None:
                return arguments.get("initial")
            challenges.append(text(challenge))
            return next(responses)

        outcome = reply_outcome(self.client.auth(mechanism, answer, initial_response_ok=initial))
        return {**outcome, "challenges": challenges}

    def call_startTls(self, trust="default"):
        return reply_outcome(self.client.starttls(context=self.context(trust)))

    def call_sendMail(self, to, message, mailOptions=(), rcptOptions=(), **arguments):
        return refused_outcome(self.client.sendmail(arguments["from"], to, content(message), mailOptions, rcptOptions))

    def call_sendMessage(self, message, to=None, policy="compat32", mailOptions=(), rcptOptions=(), **arguments):
        if isinstance(to, str):
            to = [to]
        parsed = email.message_from_bytes(content(message), policy=getattr(email.policy, policy))
        before = parsed.as_bytes()
        refused = self.client.send_message(parsed, arguments.get("from"), to, mailOptions, rcptOptions)
        if parsed.as_bytes() != before:
            return {"error": "MessageChanged"}
        return refused_outcome(refused)

    def call_quit(self):
        return reply_outcome(self.client.quit())

    def call_close(self):
        self.client.close()
        return NOTHING

    def call_reconnect(self):
        reply = self.client.connect(*self.connected_to)
        return NOTHING if reply[0] == 220 else reply_outcome(reply)

    def call_leaveScope(self):
        self.client.__exit__(None, None, None)
        return NOTHING

    def call_hasExtension(self, keyword):
        return {"flag": self.client.has_extn(keyword)}

    def call_features(self):
        return {"features": {name: words.split() for name, words in self.client.esmtp_features.items()}}

    def context(self, trust):
        if trust == "default":
            return None
        context = ssl.create_default_context(cadata=self.job["authority"])
        # Later Pythons ask for key identifiers, which a test's authority need not have.
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        if trust == "anybody":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class Patches:
    """What smtplib asks of the machine while it connects: its name and address, and a connection."""

    NAMES = ("getfqdn", "gethostname", "gethostbyname", "create_connection")

    def __init__(self, job, options):
        self.job = job
        self.options = options
        self.asked = None

    def __enter__(self):
        self.originals = {name: getattr(socket, name) for name in self.NAMES}
        machine = self.options.get("machine")
        if machine is not None:
            socket.getfqdn = lambda name="": machine["fullName"]
            socket.gethostname = lambda: machine["fullName"]
            socket.gethostbyname = lambda name: machine["address"]
        if self.options.get("observed"):
            socket.create_connection = self.connect
        return self

    def connect(self, address, timeout=None, source_address=None):
        self.asked = asked(*address, source_address and source_address[0])
        return self.originals["create_connection"]((self.job["host"], self.job["port"]), timeout)

    def __exit__(self, *_):
        for name, original in self.originals.items():
            setattr(socket, name, original)


def asked(host, port, source):
    return f"{host} port {port}" + (f" from {source}" if source else "")


NOTHING = {"nothing": True}

NAMES = {
    smtplib.SMTPException: "Smtp",
    smtplib.SMTPNotSupportedError: "NotSupported",
    smtplib.SMTPServerDisconnected: "ServerDisconnected",
    smtplib.SMTPResponseException: "Response",
    smtplib.SMTPSenderRefused: "SenderRefused",
    smtplib.SMTPRecipientsRefused: "RecipientsRefused",
    smtplib.SMTPDataError: "Data",
    smtplib.SMTPConnectError: "Connect",
    smtplib.SMTPHeloError: "Helo",
    smtplib.SMTPAuthenticationError: "Authentication",
    UnicodeEncodeError: "UnicodeEncodeError",
    ValueError: "InvalidArgument",
    ConnectionRefusedError: "ConnectionFailed",
    FileNotFoundError: "ConnectionFailed",
    socket.gaierror: "ConnectionFailed",
    ssl.SSLCertVerificationError: "CertificateRefused",
    ssl.SSLError: "TlsFailed",
}


def error_outcome(error):
    if type(error) is smtplib.SMTPException and "infinite loop" in str(error):
        return {"error": "TooManyChallenges"}
    kind = next((cls for cls in type(error).__mro__ if cls in NAMES), None)
    outcome = {"error": NAMES.get(kind, type(error).__name__)}
    if isinstance(error, smtplib.SMTPResponseException):
        # A text that is no bytes is smtplib's own.
        own = isinstance(error.smtp_error, str)
        outcome["reply"] = [error.smtp_code, "" if own else text(error.smtp_error)]
    if isinstance(error, smtplib.SMTPSenderRefused):
        outcome["sender"] = error.sender
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        outcome["recipients"] = refusals(error.recipients)
    if isinstance(error, ValueError):
        outcome["escapes"] = sorted(set(re.findall(r"\\[rn]", str(error))))
    return outcome


def reply_outcome(reply):
    return {"reply": [reply[0], text(reply[1])]}


def refused_outcome(refused):
    return {"refused": refusals(refused)}


def refusals(refused):
    return [[address, code, text(reply)] for address, (code, reply) in refused.items()]


def text(octets):
    return octets.decode("utf-8", "replace")


def content(message):
    return message["text"] if "text" in message else message["octets"].encode("latin-1")


def main():
    warnings.simplefilter("ignore")
    strict = getattr(email.utils, "supports_strict_parsing", False)
    print(json.dumps({"addressParser": "strict" if strict else "lenient"}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        session = Session(job)
        outcomes = [session.run(call) for call in job["calls"]]
        if session.client is not None:
            session.client.close()
        print(json.dumps(outcomes), flush=True)


main()
