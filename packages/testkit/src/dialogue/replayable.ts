import type { ClientConnectionOptions } from '@sansmtp/core'
import type { Step } from './dialogue.ts'
import { DialogueError } from './dialogue-errors.ts'
import { DialoguePlayer } from './dialogue-player.ts'
import { mustBeNamed } from './expectation.ts'
import type { RecordedEnd } from './wire-recording.ts'

/**
 * The recorded steps up to the end of the connection, with an expectation wherever one must be. They are replayed to
 * learn that; from where the replay departs from them, if it does, they stay as they are.
 */
export function replayable(options: ClientConnectionOptions, recorded: readonly (Step | RecordedEnd)[]): Step[] {
  const player = new DialoguePlayer(options, (bytes) => [bytes])
  const steps: Step[] = []
  let departed = false
  const all = recorded.map((each): Step => (each.type === 'end' ? { type: 'happening', what: each.what, at: 0 } : each))
  for (const [i, step] of all.entries()) {
    if (player.ended) break
    steps.push(step)
    if (departed) continue
    try {
      player.play(step, all.slice(i + 1))
    } catch (error) {
      if (!(error instanceof DialogueError)) throw error
      departed = true
      continue
    }
    for (const event of player.stepEvents.filter(mustBeNamed)) {
      const expectation: Step = { type: 'expectation', line: { text: event, at: 0 } }
      player.play(expectation)
      steps.push(expectation)
    }
  }
  return steps
}
