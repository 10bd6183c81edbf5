/** How many tests of a report in JUnit's XML, which every runtime writes, passed, failed and were skipped. */
export function junitCounts(report) {
  const cases = [...report.matchAll(testCase)].map(([, attributes, inner = '']) => ({
    name: / name="([^"]*)"/.exec(attributes)?.[1] ?? '',
    inner,
  }))
  // Deno reports a group as well, as a test whose name begins the names of those in it.
  const groups = new Set(cases.flatMap(({ name }) => prefixes(name)))
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const { name, inner } of cases) {
    if (groups.has(name)) continue
    if (/<(?:failure|error)\b/.test(inner)) counts.failed += 1
    else if (/<skipped\b/.test(inner)) counts.skipped += 1
    // Node reports a file in which there is no test as a test of its own.
    else if (!name.endsWith('.mjs')) counts.passed += 1
  }
  return counts
}

/** Attributes hold `>` as it is; text does not hold `<`. */
const testCase = /<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g

const separator = ' &gt; '

function prefixes(name) {
  const parts = name.split(separator)
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join(separator))
}
