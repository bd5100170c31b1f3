/** Which way of the patient the edges of an image are (PS3.3 C.7.6.1.1.1). */

/** Of positive x, y and z in LPS, and of negative ones. */
const LETTERS = [
  ["L", "R"],
  ["P", "A"],
  ["H", "F"],
];
/** Less of an axis than this, 10 degrees, is not worth a letter. */
const LEAST = 0.17;

/** "L", or "LA" for what is oblique, the main direction first. */
export function letters(vector) {
  return vector
    .map((part, axis) => ({ size: Math.abs(part), letter: LETTERS[axis][part > 0 ? 0 : 1] }))
    .filter(({ size }) => size > LEAST)
    .sort((one, other) => other.size - one.size)
    .map(({ letter }) => letter)
    .join("");
}

/** @returns {{right: string, left: string, bottom: string, top: string}} */
export function edges(right, down) {
  const opposite = (vector) => vector.map((part) => -part);
  return {
    right: letters(right),
    left: letters(opposite(right)),
    bottom: letters(down),
    top: letters(opposite(down)),
  };
}
