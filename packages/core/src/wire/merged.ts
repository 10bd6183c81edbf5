/** Pieces are copied together up to this many octets. */
const maxMerged = 65_536

/** A piece of so many octets is not copied any more: that costs more than a second write. */
const longPiece = 49_152

/** The same octets in fewer pieces, long ones as they are. */
export function merged(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  if (pieces.length < 2) return pieces
  const all: Uint8Array[] = []
  let run: Uint8Array[] = []
  let length = 0
  const endRun = () => {
    if (run.length > 0) all.push(concatenated(run))
    run = []
    length = 0
  }
  for (const piece of pieces) {
    const { length: octets } = piece
    if (length + octets > maxMerged || octets >= longPiece) endRun()
    run.push(piece)
    length += octets
    if (octets >= longPiece) endRun()
  }
  endRun()
  return all
}

/** The same octets in one piece; a single piece is not copied. */
export function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let end = 0
  for (const piece of pieces) {
    whole.set(piece, end)
    end += piece.length
  }
  return whole
}
