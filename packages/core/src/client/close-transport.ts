import type { Transport } from './transport.ts'

/** Closes it. What fails in that is nobody's: it is closed all the same as far as anybody can tell. */
export async function closeTransport(transport: Transport): Promise<void> {
  try {
    await transport.close()
  } catch {}
}
