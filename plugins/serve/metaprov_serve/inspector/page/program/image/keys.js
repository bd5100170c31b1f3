/** Keys that go through a series. */

/**
 * @param {import("../asked/selection.js").Selection} selection
 * @returns {Record<string, () => void>} By the name of the key.
 */
export function imageKeys(selection) {
  const by = (step) => () => selection.show(selection.index + step);
  return {
    ArrowUp: by(-1),
    ArrowDown: by(1),
    PageUp: by(-10),
    PageDown: by(10),
    Home: by(-Infinity),
    End: by(Infinity),
  };
}
