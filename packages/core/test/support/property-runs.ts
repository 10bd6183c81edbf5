import fc from 'fast-check'

/** A thousand runs of each property; more to soak them, fewer where the same ones run for every mutant. */
fc.configureGlobal({ numRuns: Number(process.env['PROPERTY_RUNS'] ?? 1000) })
