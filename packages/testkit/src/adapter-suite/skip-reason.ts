import type { AdapterCapabilities } from './adapter-capabilities.ts'
import type { AdapterCase } from './adapter-case.ts'

/** Why a case is not for an adapter of these capabilities; `false` when it is. */
export function skipReason({ needs = [], lacks = [] }: AdapterCase, capabilities: AdapterCapabilities): string | false {
  const missing = needs.filter((capability) => !capabilities[capability])
  if (missing.length > 0) return `the adapter does not declare ${missing.join(', ')}`
  const declared = lacks.filter((capability) => capabilities[capability])
  return declared.length > 0 && `the adapter declares ${declared.join(', ')}`
}
