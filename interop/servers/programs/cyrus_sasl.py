"""SCRAM by Cyrus SASL's library, which is told what a connection is bound to. SASL_CONF_PATH says where passwords are."""

import ctypes

MECHANISMS = [
    f'SCRAM-SHA-{bits}{plus}' for bits in ('512', '256', '1') for plus in ('-PLUS', '')
]

# sasl.h
OK, CONTINUE = 0, 1
USERNAME, CHANNEL_BINDING = 0, 21

library = ctypes.CDLL('libsasl2.so.2')


class ChannelBinding(ctypes.Structure):
    _fields_ = [
        ('name', ctypes.c_char_p),
        ('critical', ctypes.c_int),
        ('length', ctypes.c_ulong),
        ('data', ctypes.c_char_p),
    ]


def start(application):
    if library.sasl_server_init(None, application.encode()) != OK:
        raise RuntimeError('sasl_server_init failed')


class Exchange:
    """One authentication. `binding` is a pair, the type of the channel binding and its octets."""

    def __init__(self, mechanism, realm, binding):
        self._mechanism = mechanism.encode()
        self._begun = False
        self._connection = ctypes.c_void_p()
        made = library.sasl_server_new(
            b'smtp', b'mail.example.test', realm.encode(), None, None, None, 0, ctypes.byref(self._connection)
        )
        if made != OK:
            raise RuntimeError('sasl_server_new failed')
        name, data = binding
        # The library keeps the address, not the octets.
        self._binding = ChannelBinding(name.encode(), 0, len(data), data)
        library.sasl_setprop(self._connection, CHANNEL_BINDING, ctypes.byref(self._binding))

    def step(self, response):
        """The next challenge, or None when it is over; then `user` is set where it succeeded."""
        out, length = ctypes.c_char_p(), ctypes.c_uint()
        more = [response, ctypes.c_uint(len(response)), ctypes.byref(out), ctypes.byref(length)]
        if self._begun:
            result = library.sasl_server_step(self._connection, *more)
        else:
            self._begun = True
            result = library.sasl_server_start(self._connection, self._mechanism, *more)
        if result == CONTINUE:
            return ctypes.string_at(out, length.value)
        if result == OK:
            name = ctypes.c_char_p()
            library.sasl_getprop(self._connection, USERNAME, ctypes.byref(name))
            self.user = name.value.decode()
            # SCRAM's last message goes as a challenge of its own (RFC 4954 §4).
            return ctypes.string_at(out, length.value) if length.value else None
        return None

    user = None

    def close(self):
        library.sasl_dispose(ctypes.byref(self._connection))
