import type { AdapterCase } from './adapter-case.ts'
import { within } from './deadline.ts'
import type { Setting } from './setting.ts'
import { Stage } from './stage.ts'

/**
 * Runs one case. It passes when its claims hold, the scripts of its servers have run to their ends, and the adapter
 * has left no connection open.
 */
export async function runCase({ run }: AdapterCase, setting: Setting, patience: number): Promise<void> {
  const stage = new Stage(setting)
  try {
    await within(patience, Promise.race([run(stage).then(() => stage.finish()), stage.failure]))
  } catch (error) {
    await within(patience, stage.clear()).catch(() => {})
    throw error
  }
}
