import { everyCapability } from '@sansmtp/testkit/adapter-suite'

/** What `@sansmtp/bun` is able to do. */
export const capabilities = everyCapability
