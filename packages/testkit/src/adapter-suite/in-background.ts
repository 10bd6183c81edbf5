/** For what a case waits for only later: if the case fails before that, nobody hears of it, and nobody need. */
export function inBackground<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {})
  return promise
}
