// Prints how many megabytes of content are encoded in a second, and how many are scanned for line endings.
import { DataEncoder } from '@sansmtp/core'
import { chunks, countLines } from './chunks.ts'
import { throughputs } from './throughput.ts'

const milliseconds = Number(process.argv[2])
/** Each has a message of its own, which has no end. */
const encoding = Object.entries(chunks).map(([label, chunk]) => {
  const encoder = new DataEncoder()
  return [label, () => void encoder.encode(chunk)] as const
})
const [text = Buffer.alloc(0)] = Object.values(chunks)
const tasks = { ...Object.fromEntries(encoding), 'indexOf of every LF': () => void countLines(text) }
const perSecond = throughputs(tasks, milliseconds)
const megabytes = Array.from(perSecond, ([label, times]) => [label, (times * text.length) / 1e6])
console.log(JSON.stringify(Object.fromEntries(megabytes)))
