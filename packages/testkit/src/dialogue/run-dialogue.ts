import type { Dialogue } from './dialogue.ts'
import { type Chunking, DialoguePlayer } from './dialogue-player.ts'

/**
 * Plays a dialogue against a `ClientConnection`: sends its commands, checks that exactly its lines go out and in no
 * other place, feeds it what the server sends, cut as `chunking` says, and checks every expectation where it stands.
 * When the connection asks to be closed, it is.
 *
 * @returns every event that the connection told, rendered; the same for every chunking
 * @throws {DialogueError} which names the line where the connection departs from the text
 */
export function runDialogue(dialogue: Dialogue, chunking: Chunking = (bytes) => [bytes]): string[] {
  const player = new DialoguePlayer(dialogue.options, chunking)
  for (const [i, step] of dialogue.steps.entries()) player.play(step, dialogue.steps.slice(i + 1))
  player.finish()
  return player.events
}
