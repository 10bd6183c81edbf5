import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { type Extensions, policies, ServerConnection, type ServerConnectionOptions } from '@sansmtp/testkit'
import type { StandIn } from './stand-ins.ts'

/** Everything that the model server knows, but for LIMITS, which would be in the way of the other examples. */
const everything: Extensions = {
  STARTTLS: false,
  REQUIRETLS: true,
  DELIVERBY: 60,
  FUTURERELEASE: ['86400', '2099-12-31T23:59:59Z'],
  'MT-PRIORITY': 'MIXER',
  MTRK: true,
  RRVS: true,
  BURL: ['imap'],
  'NO-SOLICITING': 'net.example:ADV',
  CONPERM: true,
  CONNEG: true,
  PRDR: true,
  ETRN: true,
  HELP: true,
  XCLIENT: true,
  XFORWARD: true,
  'X-FEATURE': ['one', 'two'],
}

/** The model server behind a socket, with every extension, and strict: whoever breaks a rule is cut off. */
export async function modelServer(
  options: ServerConnectionOptions,
  tls?: { readonly cert: string; readonly key: string },
): Promise<StandIn> {
  const sockets = new Set<Socket>()
  const accept = (socket: Socket) => {
    sockets.add(socket)
    serve(socket, new ServerConnection({ ...shared, ...options, secure: tls !== undefined }))
  }
  const server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

const shared: ServerConnectionOptions = {
  extensions: everything,
  users: { ann: 'secret' },
  urls: {
    'imap://ann@imap.example/sent;uid=20;urlauth=submit+ann:internal:91354a473744909de610943775f92038': 'stored',
  },
  policy: policies.firstOf(
    policies.refuseRecipient((path) => path.startsWith('nobody@')),
    policies.refuseContentFor((path) => path.startsWith('full@')),
  ),
}

function serve(socket: Socket, connection: ServerConnection): void {
  const work = () => {
    for (let output = connection.nextOutput(); output !== undefined; output = connection.nextOutput()) {
      if (output.type === 'SendBytes') socket.write(output.bytes)
      else if (output.type === 'CloseRequested') socket.end()
      else if (output.type === 'ViolationFound' && output.violation.code !== 'NO_QUIT') socket.destroy()
    }
  }
  socket.on('data', (bytes) => {
    connection.receiveBytes(bytes)
    work()
  })
  socket.on('end', () => {
    connection.receiveEof()
    work()
  })
  socket.on('error', () => {})
  work()
}
