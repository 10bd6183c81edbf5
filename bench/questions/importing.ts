import { measureInProcesses } from '../harness/in-processes.ts'
import type { Question } from '../harness/question.ts'

const bare = 'node:net and node:tls'
const ours = 'sansmtp'
const theirs = 'nodemailer'

const importOf = (label: string, ...modules: string[]) => ({
  path: 'micro/importing.js',
  args: [label, ...modules],
  labels: [label],
})

export const importing: Question = {
  name: 'importing',
  title: 'from the start of a process until it is imported',
  unit: 'ms',
  reaches: [
    { of: ours, minus: bare, atMost: 25, runtime: 'node' },
    { of: ours, over: theirs, atMost: 1 },
  ],
  measure: (bench) =>
    measureInProcesses(
      bench,
      [
        importOf(ours, `@sansmtp/${bench.runtime.name}`),
        importOf(theirs, 'nodemailer'),
        importOf(bare, 'node:net', 'node:tls'),
      ],
      bench.effort.processRounds,
    ),
}
