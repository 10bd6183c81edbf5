import type { Mailing } from '../subjects/subject.ts'
import type { Workbench } from './workbench.ts'

export type RuntimeName = Mailing['runtime']

export type Unit = 'messages/s' | 'MB/s' | 'replies/s' | 'ms' | 's' | 'MB'

/** One turn of one subject. */
export interface Sample {
  /** In the question's unit. */
  readonly value: number
  /** Seconds of CPU for each second. */
  readonly clientCpu?: number
  readonly sinkCpu?: number
  /** Octets. */
  readonly peakMemory?: number
}

/** All turns of one subject, in their order. */
export interface Measurement {
  readonly label: string
  readonly samples: readonly Sample[]
  /** It is not there, or not for this machine. */
  readonly absent?: string
  /** It was asked, and something went wrong. */
  readonly failed?: string
}

/** What is to be reached, as a median over all turns. */
export interface Reach {
  readonly of: string
  /** What it is divided by, turn by turn. */
  readonly over?: string
  /** What is taken from it, turn by turn. */
  readonly minus?: string
  readonly quantity?: 'value' | 'peakMemory'
  readonly atLeast?: number
  readonly atMost?: number
  /** Only there. Default: wherever those that it names are measured. */
  readonly runtime?: RuntimeName
}

export interface Question {
  readonly name: string
  readonly title: string
  readonly unit: Unit
  readonly reaches: readonly Reach[]
  measure(bench: Workbench): Promise<readonly Measurement[]>
}
