import { type CodePointSet, setOfGaps, setOfRanges } from './code-point-set.ts'

/**
 * The tables of RFC 3454 that SASL's profiles of stringprep use, under the names of its appendices. They are of Unicode
 * 3.2 for ever (RFC 4013 §2), whatever the runtime's own version. The long ones, which nobody reads but the tests that
 * compare them with Unicode's data, are written in the short form.
 */

/** B.1: mapped to nothing. */
export const mappedToNothing: CodePointSet = setOfRanges('00AD 034F 1806 180B-180D 200B-200D 2060 FE00-FE0F FEFF')

/** C.1.2: blanks beyond US-ASCII. */
export const otherBlanks: CodePointSet = setOfRanges('00A0 1680 2000-200B 202F 205F 3000')

/** C.2.1 and C.2.2: controls. */
export const controls: CodePointSet = setOfRanges(
  '0000-001F 007F-009F 06DD 070F 180E 200C-200D 2028-2029 2060-2063 206A-206F FEFF FFF9-FFFC 1D173-1D17A',
)

/** C.3: for private use. */
export const privateUse: CodePointSet = setOfRanges('E000-F8FF F0000-FFFFD 100000-10FFFD')

/** C.4: no characters. */
export const noCharacters: CodePointSet = setOfRanges(
  'FDD0-FDEF FFFE-FFFF 1FFFE-1FFFF 2FFFE-2FFFF 3FFFE-3FFFF 4FFFE-4FFFF 5FFFE-5FFFF 6FFFE-6FFFF 7FFFE-7FFFF ' +
    '8FFFE-8FFFF 9FFFE-9FFFF AFFFE-AFFFF BFFFE-BFFFF CFFFE-CFFFF DFFFE-DFFFF EFFFE-EFFFF FFFFE-FFFFF 10FFFE-10FFFF',
)

/** C.5: surrogates, which in a text of JavaScript's are the lone ones. */
export const surrogates: CodePointSet = setOfRanges('D800-DFFF')

/** C.6: inappropriate for plain text. */
export const notPlain: CodePointSet = setOfRanges('FFF9-FFFD')

/** C.7: inappropriate for canonical representation. */
export const notCanonical: CodePointSet = setOfRanges('2FF0-2FFB')

/** C.8: change how text is displayed. */
export const displayChanging: CodePointSet = setOfRanges('0340-0341 200E-200F 202A-202E 206A-206F')

/** C.9: tags. */
export const tags: CodePointSet = setOfRanges('E0001 E0020-E007F')

/** D.1: from right to left. */
export const rightToLeft: CodePointSet = setOfGaps(`
  14u 1 2 c-q 5-4 12 3 1-p 5-a y-2 1-2s 7 7-1 j-4 1-d 2 1-q 2b-11 b 4t9 179p 1-9 1-c 1-4 1 1-1 1-1 1-2z x-a2 i-1r 2-1h
  14-c 37-4 1-3q
`)

/** D.2: from left to right. */
export const leftToRight: CodePointSet = setOfGaps(`
  1t-p 6-p 1b a 4 5-m 1-u 1-88 1-h s-2l 2-8 2-6 e-1 e-4 9 3v b 1-2 1 1-j 1-17 1-11 a-3m 7-1w 1-11 2-1 6-f x-11 2-6
  1-12 1 op 1-1g 3-3 8-3 3 7-9 2-c h-1 1-7 2-1 2-l 1-6 1 3-3 4-2 6-1 2-1 a 4-1 1-2 4-b 2-6 a-5 4-1 2-l 1-6 1-1 1-1 1-1
  4-2 o-3 1 7-9 2-2 e 1-6 1 1-2 1-l 1-6 1-1 1-4 3-3 8 1-1 3 f 5-9 i-1 1-7 2-1 2-l 1-6 1-1 2-3 3-1 1 6-1 2-1 a 4-1 1-2
  4-a i 1-5 3-2 1-3 3-1 1 1-1 3-1 3-2 3-7 1-2 4-1 1-1 3-2 1-2 a f-b e-2 1-7 1-2 1-m 1-9 1-4 7-3 r-1 4-9 i-1 1-7 1-2
  1-m 1-9 1-4 4 1-4 2-1 1-1 9-1 7 1-1 4-9 i-1 1-7 1-2 1-m 1-f 4-2 5-2 1-2 a 8-1 4-9 i-1 1-h 3-n 1-8 1 2-6 8-2 6-7 i-2
  c-1b 1-1 c-6 8-c 11-1 1 2-1 1 2 6-3 1-6 1-2 1 1 2-1 1-3 1-1 9 2-4 1 9-9 2-1 y-n 2-q 1 1 5-9 1-x k 5 2-3 1e-7 1-5 2
  1c-x 1-4 1-1 1 4 6 7-n 20-11 a-14 2 4-2h 5-1v 5-29 6-6 1-1q 1 1-3 2-6 1 1-3 2-12 1 1-3 2-u 1 1-3 2-6 1 1-3 2-6 1-6
  1-m 1-u 1 1-3 2-6 1-12 1-i 6-r z-2c c-hh a-p 5-28 f-c 1-3 e-h 3-1 9-h e-c 1-2 f-1i 7-7 1-1 b-6 1 3-9 12-9 6-2f 8-14
  11z-4b 4-2h 6-l 2-5 2-11 2-5 2-7 1 1 1 1-u 2-1g 1-6 1 3-2 1-6 3-3 2-5 4-c 5-2 1-6 h 2q d 3m 4 2-9 1 3-4 6 1 1 1-3
  1-2 1-6 3-2 5-4 m-z c2-1w q 7a-25 26z-2 p-8 7-4 2-4 4-2d 6-2 1-2h 1-3 5-13 4-2l 1-13 1k-18 3-z s-r 3-1d f-b 4-1a
  1-3a 4-2q 2-u 1-52t 22-g4l 2i-wc 1gz-8mb 2k-6r1 2-1m 45-6 c-4 sp-p 6-p b-2g 3-5 2-5 2-5 2-2 mb-u 1-3 c-q 51-11 2-11
  148i-6t a-12 3-1o 3-8 g-1 7-t 4-1b f6-2c 1-1y 1-1 2 2-1 2-3 1-b 1 1-3 1-1 1-1s 1-3 2-7 1-6 1-r 1-3 1-4 1 3-6 1-9d
  4-81 7xy-wye g15-f1 gvz6-1ekd 2-1ekd
`)

/** A.1: not assigned in Unicode 3.2. */
export const unassigned: CodePointSet = setOfGaps(`
  f5 i-r 2m-1 1r-g 28-f g-3 2-3 1-2 1-4 7 1 k 18 13-8 3r 1z 12-1 2-5 g-w 12-1 7 13 2-5 h n a-a r-4 5-m 1-d 1-2 1 q-4
  m-9 3y-1 f e u-2 r-1g 1e-9a 3 1h-1 i-1 5-2 p-f 3 8-1 2-1 m 7 1-2 4-1 1 7-1 2-1 3-8 1-3 2 5-1 l-6 1-1 6-3 2-1 m 7 2 2
  2-1 1 5-3 2-1 3-a 4 1-6 f-b 3 7 1 3 m 7 2 5-1 a 3 3-1 1-e 1-4 a-g 3 8-1 2-1 m 7 2-1 4-1 8-2 2-1 3-7 2-3 2 3-3 b-g 2
  6-2 3 4-2 2 1 2-2 2-2 3-2 8 3-3 5-2 3 4-8 1-e c-d 3 8 3 n a 5-3 7 3 4-6 2-8 2-3 a-h 2 8 3 n a 5-3 7 3 4-6 2-6 1 2-3
  a-h 2 8 3 n g-3 6-1 3 4-8 1-7 2-3 a-h 2 i-2 o 9 1-1 7-2 1-3 6 1 8-h 3-b 1m-3 t-10 2 1-1 2 1-1 1-5 4 7 3 1 1-1 2 d
  3-1 5 1 6-1 a-1 2-x 20 y-5 r-3 8 10 f-1 1-1b y 5 2 7-2 4-5 q-1x 12-9 15-1 1-3 2i-4 1w-4 2a-5 7 1r 1 4-1 7 1 4-1 13 1
  4-1 v 1 4-1 7 1 4-1 7 7 n v 1 4-1 7 13 j-5 s-y 2d-b hi-8 t-2 29-e d 7-a n-8 k-b d 3 2-b 2l-2 a-l f a-5 2g-7 16-11x
  4c-3 2i-5 m-1 6-1 12-1 6-1 8 1 1 1 v-1 1h f e-1 6 j-1 3 9 2b-3 1-6 5-5 8-1 r-g i-t r-k 1n-1 f-6 1d-b fz-1c 13-o b-k
  4f 7o-1 2 2t-1 a-3a 4 4-1 s z 1 4-2 1 7-1 1g-2 o e-g s-3 ls-ov q 2h-b 5y-p c-3 1s 2e-1 2v-4 14-3 2m 14-1j 19-2 10-c
  17-2 25-3 1b 3b-3 2r-1 v 52u-21 g4m-2h wd-2 1j-1fc 8mc-2j 6r2-1 1n-44 7-b 5-4 q 5 1 2 2 30-w a5-f 1s-1 1i-7 19-2 g-f
  4-b n-1 a j 4-3 5 3r-1 1 5a-2 6-1 6-1 6-1 3-2 7 7-9 7-lb v 4-b r-50 12-1 12-148h 6u-9 13-2 50-f5 2d 1z 2-1 1-1 2-1 4
  c 1 4 2 1t 4-1 8 7 s 4 5 1-2 7 9e-3 82-3 1e-7wd wyh-g14 f2-15r 2-1ekd 2-1ekd 2-1ekd 2-1ekd 2-1ekd 2-1ekd 2-1ekd
  2-1ekd 2-1ekd 2-1ekd 2-1ekd 2 1-t 2o-1egt
`)
