import { connections } from './connections.ts'
import type { Growth } from './growth.ts'
import { recipients } from './recipients.ts'
import { size } from './size.ts'
import { window } from './window.ts'

/** All whose growth is looked at. */
export const growths: readonly Growth[] = [connections, recipients, size, window]
