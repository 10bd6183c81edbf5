import { everyCapability } from '@sansmtp/testkit/adapter-suite'

/** What `@sansmtp/node` is able to do. */
export const capabilities = everyCapability
