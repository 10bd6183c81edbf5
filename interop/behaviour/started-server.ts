import { afterAll, beforeAll } from 'vitest'

interface StartableServer<Endpoints> {
  start(): Promise<Endpoints>
  stop(): Promise<void>
}

/** Starts a server before the tests of a group and stops it after them. Gives where it listens, once it does. */
export function startedServer<Endpoints>(server: StartableServer<Endpoints>): () => Endpoints {
  let endpoints: Endpoints
  beforeAll(async () => {
    endpoints = await server.start()
  })
  afterAll(() => server.stop())
  return () => endpoints
}
