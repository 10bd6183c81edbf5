import type { Call } from '../call.ts'
import type { Driver, Job } from './job.ts'
import type { Outcome } from './outcome.ts'
import { makeCall } from './sansmtp-calls.ts'
import { type AnyClient, connectAs } from './sansmtp-connecting.ts'
import { errorOutcome } from './sansmtp-errors.ts'

/** Makes the calls of jobs with sansmtp, over Node's sockets. */
export class SansmtpDriver implements Driver {
  async run(job: Job): Promise<readonly Outcome[]> {
    const session = new Session(job)
    const outcomes: Outcome[] = []
    for (const call of job.calls) outcomes.push(await session.run(call))
    await session.close()
    return outcomes
  }

  async stop(): Promise<void> {}
}

class Session {
  readonly #job: Job
  #client: AnyClient | undefined

  constructor(job: Job) {
    this.#job = job
  }

  async run(call: Call): Promise<Outcome> {
    try {
      if (call.call === 'connect') {
        const { client, asked } = await connectAs(call, this.#job)
        this.#client = client
        return call.observed ? { asked } : { nothing: true }
      }
      return this.#client === undefined ? { error: 'NoClient' } : await makeCall(this.#client, call, this.#job)
    } catch (error) {
      return errorOutcome(error)
    }
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }
}
