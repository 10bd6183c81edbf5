import { measureInProcesses } from '../harness/in-processes.ts'
import type { Question } from '../harness/question.ts'

const scan = 'indexOf of every LF'

export const replyDecoder: Question = {
  name: 'reply-decoder',
  title: 'reply decoder, 64 kB of replies at a time',
  unit: 'replies/s',
  reaches: [
    { of: 'ReplyDecoder', atLeast: 4_000_000 },
    { of: 'ReplyDecoder', over: scan, atLeast: 0.4 },
  ],
  measure: (bench) =>
    measureInProcesses(
      bench,
      [
        {
          path: 'micro/reply-decoder.js',
          args: [`${bench.effort.roundMilliseconds}`],
          labels: ['ReplyDecoder', scan],
        },
      ],
      bench.effort.rounds,
    ),
}
