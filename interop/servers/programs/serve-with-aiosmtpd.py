"""aiosmtpd, answering as policy.ts says. Its one argument is JSON; program-server.ts says of what."""

import asyncio
import base64
import hashlib
import itertools
import json
import os
import ssl
import sys

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import MISSING, SMTP, AuthResult, LoginPassword

# Where Python is isolated, a program's own folder is not among those that it imports from.
sys.path.insert(0, os.path.dirname(__file__))
import cyrus_sasl

settings = json.loads(sys.argv[1])
policy = settings['policy']
refusals = policy['refusals']
domains = ['example.test', *policy['accentedDomain'].values()]
numbers = itertools.count()


class LongLines:
    """Takes lines longer than RFC 5321 §4.5.3.1.6 asks a server to, as others do."""

    line_length_limit = 65_536


class LongLinesSMTP(LongLines, SMTP):
    pass


class LongLinesLMTP(LongLines, LMTP):
    pass


def line(refusal):
    return '{code} {enhancedCode} {text}'.format(**refusal)


class Handler:
    async def handle_PROXY(self, server, session, envelope, proxy_data):
        return True

    async def handle_MAIL(self, server, session, envelope, address, options):
        refusal = refusals['senders'].get(address.split('@')[0])
        if refusal:
            return line(refusal)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return '250 2.1.0 Sender taken'

    async def handle_RCPT(self, server, session, envelope, address, options):
        local_part, _, domain = address.partition('@')
        if domain not in domains:
            refusal = None if session.authenticated else refusals['relay']
        elif local_part in refusals['recipients']:
            refusal = refusals['recipients'][local_part]
        elif local_part in policy['mailboxes'] or refused_after_content(server, address):
            refusal = None
        else:
            refusal = refusals['unknown']
        if refusal:
            return line(refusal)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return '250 2.1.5 Recipient taken'

    async def handle_DATA(self, server, session, envelope):
        message = trace(server, session, envelope) + envelope.original_content
        for address in set(envelope.rcpt_tos):
            local_part, _, domain = address.partition('@')
            if domain in domains and local_part in policy['mailboxes']:
                store(local_part, message)
        if isinstance(server, LMTP):
            # One reply for each RCPT that was taken (RFC 2033 §4.2). aiosmtpd sends what it is given.
            return '\r\n'.join(after_content(server, address) for address in envelope.rcpt_tos)
        return '250 2.0.0 Stored'

    async def handle_VRFY(self, server, session, envelope, address):
        local_part = address.strip('<>').split('@')[0]
        if local_part not in policy['mailboxes']:
            return line(refusals['unknown'])
        return f'250 2.0.0 <{local_part}@example.test>'


class ScramHandler(Handler):
    """Has SCRAM besides, by Cyrus SASL."""

    def __init__(self, binding):
        self.binding = binding

    async def exchange(self, mechanism, server, args):
        exchange = cyrus_sasl.Exchange(mechanism, os.environ['SASL_REALM'], self.binding)
        try:
            response = base64.b64decode(args[1]) if len(args) > 1 else await server.challenge_auth('')
            while response is not MISSING:
                challenge = exchange.step(response)
                if challenge is None:
                    break
                response = await server.challenge_auth(challenge)
                if exchange.user:
                    break
        finally:
            exchange.close()
        if response is MISSING or not exchange.user:
            return AuthResult(success=False, handled=response is MISSING)
        print(exchange.user.split('@')[0], 'authenticated by', mechanism)
        return AuthResult(success=True, auth_data=exchange.user)


def add_mechanism(name):
    """aiosmtpd finds mechanisms by the names of methods."""

    async def authenticate(handler, server, args):
        return await handler.exchange(name, server, args)

    setattr(ScramHandler, 'auth_' + name.replace('-', '__'), authenticate)


for mechanism in cyrus_sasl.MECHANISMS:
    add_mechanism(mechanism)


def refused_after_content(server, address):
    return refusals['afterContent'].get(address.split('@')[0]) if isinstance(server, LMTP) else None


def after_content(server, address):
    refusal = refused_after_content(server, address)
    return '{code} {enhancedCode} <{address}> {text}'.format(
        address=address, **(refusal or {'code': 250, 'enhancedCode': '2.0.0', 'text': 'Stored'})
    )


def trace(server, session, envelope):
    protocol = 'LMTP' if isinstance(server, LMTP) else 'ESMTP' if session.extended_smtp else 'SMTP'
    protocol += 'S' if server.transport.get_extra_info('ssl_object') else ''
    protocol += 'A' if session.authenticated else ''
    sender = envelope.mail_from.strip('<>')
    told = {
        'mail': envelope.mail_options,
        'rcpt': envelope.rcpt_options,
        'utf8': envelope.smtp_utf8,
    }
    client = session.proxy_data.src_addr if session.proxy_data else session.peer and session.peer[0]
    return (
        f'Return-Path: <{sender}>\r\n'
        f'Received: from {session.host_name} ([{client}])\r\n'
        f' by mail.example.test with {protocol} id {next(numbers)}\r\n'
        f'X-Envelope: {json.dumps(told)}\r\n'
    ).encode()


def store(mailbox, message):
    directory = os.path.join(settings['directory'], 'mail', mailbox)
    for name in ('tmp', 'new'):
        os.makedirs(os.path.join(directory, name), exist_ok=True)
    name = str(next(numbers))
    with open(os.path.join(directory, 'tmp', name), 'wb') as file:
        file.write(message)
    os.rename(os.path.join(directory, 'tmp', name), os.path.join(directory, 'new', name))


def authenticate(server, session, envelope, mechanism, credentials):
    passwords = {user['name'].encode(): user['password'].encode() for user in policy['users'].values()}
    known = isinstance(credentials, LoginPassword) and passwords.get(credentials.login) == credentials.password
    if known:
        print(credentials.login.decode(), 'authenticated by', mechanism)
    return AuthResult(success=known, handled=False)


async def main():
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(settings['certificate'], settings['key'])
    # With TLS 1.3 clients bind to keys that Python can't export, with TLS 1.2 to the certificate (RFC 5929 §4).
    older_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    older_tls.load_cert_chain(settings['certificate'], settings['key'])
    older_tls.maximum_version = ssl.TLSVersion.TLSv1_2
    with open(settings['certificate']) as file:
        certificate = ssl.PEM_cert_to_DER_cert(file.read())
    cyrus_sasl.start('aiosmtpd')
    scram = ScramHandler(('tls-server-end-point', hashlib.sha256(certificate).digest()))
    loop = asyncio.get_running_loop()
    ports = settings['ports']

    def session(kind, handler=None, **options):
        common = {
            'hostname': 'mail.example.test',
            'data_size_limit': policy['sizeLimit'],
            'enable_SMTPUTF8': True,
            'authenticator': authenticate,
            'loop': loop,
        }
        return lambda: kind(handler or Handler(), **common, **options)

    async def listen(port, kind, tls_from_start=None, **options):
        await loop.create_server(session(kind, **options), '127.0.0.1', port, ssl=tls_from_start)

    no_auth = {'auth_exclude_mechanism': ['PLAIN', 'LOGIN']}
    await listen(ports['plain'], LongLinesSMTP, **no_auth)
    await listen(ports['shortLines'], SMTP, **no_auth)
    await listen(ports['proxied'], LongLinesSMTP, proxy_protocol_timeout=10, **no_auth)
    await listen(ports['starttls'], LongLinesSMTP, tls_context=tls)
    await listen(ports['everyMechanism'], LongLinesSMTP, tls_context=older_tls, handler=scram)
    await listen(ports['loginOnly'], LongLinesSMTP, tls_context=tls, auth_exclude_mechanism=['PLAIN'])
    # Where TLS was there from the start aiosmtpd does not know of it.
    await listen(ports['tls'], LongLinesSMTP, tls_from_start=tls, auth_require_tls=False)
    await listen(ports['lmtp'], LongLinesLMTP, tls_context=tls)
    await loop.create_unix_server(session(LongLinesLMTP), settings['socket'])

    os.setgroups([])
    os.setgid(settings['owner'])
    os.setuid(settings['owner'])
    await asyncio.Event().wait()


asyncio.run(main())
