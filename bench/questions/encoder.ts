import { measureInProcesses } from '../harness/in-processes.ts'
import type { Question } from '../harness/question.ts'

const scan = 'indexOf of every LF'
/** What the machine scanned on which the other numbers were set. MB/s. */
const reference = 3_700

export const encoder: Question = {
  name: 'encoder',
  title: 'content encoder, 64 kB chunks',
  unit: 'MB/s',
  reaches: [
    { of: 'CRLF text', over: scan, atLeast: 1_500 / reference },
    { of: 'LF text', over: scan, atLeast: 400 / reference },
    { of: 'lines of dots', over: scan, atLeast: 200 / reference },
    { of: 'lone dots', over: scan, atLeast: 200 / reference },
  ],
  measure: (bench) =>
    measureInProcesses(
      bench,
      [
        {
          path: 'micro/encoder.js',
          args: [`${bench.effort.roundMilliseconds}`],
          labels: ['CRLF text', 'LF text', 'lines of dots', 'lone dots', scan],
        },
      ],
      bench.effort.rounds,
    ),
}
