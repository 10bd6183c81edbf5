// The process of a subject: `main.js NAME MAILING`. For each line that it reads it sends so many messages.
import { createInterface } from 'node:readline'
import { forgetPeakMemory, peakMemory } from './peak-memory.ts'
import type { Mailing, MakeSubject, Subject, SubjectReady, SubjectRun } from './subject.ts'

const subject = await made().catch(async (error: Error) => {
  await say({ absent: error.message })
})
if (subject !== undefined) {
  await say({})
  for await (const line of createInterface({ input: process.stdin })) await run(subject, Number(line))
  await subject.close()
}
// A pool's connections, or a peer's timers, may outlive it.
process.exit()

async function made(): Promise<Subject> {
  const [name, json = ''] = process.argv.slice(2)
  const mailing = JSON.parse(json) as Mailing
  const { makeSubject } = (await import(`./${name}.js`)) as { makeSubject: MakeSubject }
  const { warmUp } = mailing
  if (warmUp !== undefined) {
    const warming = await makeSubject({ ...mailing, port: warmUp.port })
    await warming.send(warmUp.messages)
    await warming.close()
  }
  return await makeSubject(mailing)
}

async function run(subject: Subject, messages: number): Promise<void> {
  forgetPeakMemory()
  const cpuBefore = process.cpuUsage()
  const begun = performance.now()
  await subject.send(messages)
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  await say({ seconds, cpu: (user + system) / 1e6, peakMemory: peakMemory() })
}

/** Resolves when it has left the process. */
async function say(answer: SubjectReady | SubjectRun): Promise<void> {
  await new Promise<unknown>((resolve) => process.stdout.write(`${JSON.stringify(answer)}\n`, resolve))
}
