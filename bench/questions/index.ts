import type { Question } from '../harness/question.ts'
import { deliverAll } from './deliver-all.ts'
import { eager } from './eager.ts'
import { encoder } from './encoder.ts'
import { importing } from './importing.ts'
import { memory } from './memory.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { pool } from './pool.ts'
import { replyDecoder } from './reply-decoder.ts'
import { roundTripQuestion } from './round-trip.ts'
import { streamed, streamedOverTls } from './streamed.ts'
import { tenRecipients } from './ten-recipients.ts'

/** All that is asked, in the order in which it is told. */
export const questions: readonly Question[] = [
  oneAtATime,
  deliverAll,
  eager,
  tenRecipients,
  pool,
  streamed,
  streamedOverTls,
  memory,
  encoder,
  replyDecoder,
  importing,
  roundTripQuestion,
]
