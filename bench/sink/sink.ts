// The process that all subjects send to. Tells by IPC where it listens, and how it stands whenever it is asked.
import { serve } from './serve.ts'
import type { SinkOptions, SinkState } from './sink-messages.ts'
import type { SinkCounts } from './sink-session.ts'

const counts: SinkCounts = { messages: 0, recipients: 0, octets: 0 }
const { ports, authority } = await serve(counts, JSON.parse(process.argv[2] ?? '{}') as SinkOptions)
const tell = (message: object) => process.send?.(message)

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  tell({ ...counts, cpu: (user + system) / 1e6 } satisfies SinkState)
})
process.on('disconnect', () => process.exit())
tell({ ports, authority })
