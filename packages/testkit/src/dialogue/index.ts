export { type Dialogue, parseDialogue, type Step } from './dialogue.ts'
export { type Chunking, DialogueError, renderOutput, runDialogue } from './run-dialogue.ts'
