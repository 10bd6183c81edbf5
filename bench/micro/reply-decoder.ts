// Prints how many replies are decoded in a second, and how many line endings are found.
import { ReplyDecoder } from '@sansmtp/core'
import { countLines, replies } from './chunks.ts'
import { throughputs } from './throughput.ts'

const milliseconds = Number(process.argv[2])
const inChunk = countLines(replies)
const decoder = new ReplyDecoder({ maxLineLength: 8_192, maxReplyLines: 512, maxReplyLength: 65_536 })
const tasks = {
  ReplyDecoder: () => {
    decoder.push(replies)
    let count = 0
    while (decoder.next() !== undefined) count += 1
    if (count !== inChunk) throw new Error(`${count} replies instead of ${inChunk}`)
  },
  'indexOf of every LF': () => void countLines(replies),
}
const perSecond = throughputs(tasks, milliseconds)
console.log(JSON.stringify(Object.fromEntries(Array.from(perSecond, ([label, times]) => [label, times * inChunk]))))
