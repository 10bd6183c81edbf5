/**
 * Hands on what it is given, in order, each so many milliseconds later, as a long cable does. With 0 it hands on at once.
 */
export function delayLine<Value>(milliseconds: number, handOn: (value: Value) => void): (value: Value) => void {
  if (milliseconds === 0) return handOn
  const underWay: { readonly value: Value; readonly due: number }[] = []
  const look = () => {
    for (let first = underWay[0]; first !== undefined && first.due <= performance.now(); first = underWay[0]) {
      underWay.shift()
      handOn(first.value)
    }
    const [next] = underWay
    if (next !== undefined) wait(next.due - performance.now())
  }
  // Timers know whole milliseconds only, and would add up to one to each. The last one is waited for turn by turn.
  const wait = (left: number) => (left > 2 ? setTimeout(look, left - 2) : setImmediate(look))
  return (value) => {
    underWay.push({ value, due: performance.now() + milliseconds })
    if (underWay.length === 1) wait(milliseconds)
  }
}
