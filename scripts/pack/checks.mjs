/** Checks that run one after another, each shown as it ends, and counted. */
export class Checks {
  passed = 0
  failed = 0

  /** Runs what throws where the check fails. Returns what it returned; undefined where it failed. */
  async run(name, check) {
    try {
      const result = await check()
      this.passed += 1
      console.log(`✔ ${name}`)
      return result
    } catch (error) {
      this.failed += 1
      console.log(`✘ ${name}\n${indented(error.message)}`)
      return undefined
    }
  }
}

function indented(text) {
  return text.trim().replace(/^/gm, '    ')
}
