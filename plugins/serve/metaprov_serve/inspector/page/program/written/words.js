/** Values of DICOM as people read them. */

/** 20200102 -> 2020-01-02; anything else as it is. */
export function date(text) {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(text ?? "");
  return parts ? parts.slice(1).join("-") : (text ?? "");
}

/** 090000.25 -> 09:00:00.25; anything else as it is. */
export function time(text) {
  const parts = /^(\d{2})(\d{2})(\d{2})?(\.\d+)?$/.exec(text ?? "");
  return parts ? [parts[1], parts[2], parts[3]].filter(Boolean).join(":") + (parts[4] ?? "") : (text ?? "");
}

/** Doe^John -> Doe, John. */
export function name(text) {
  const [family, ...others] = (text ?? "").split("=")[0].split("^").map((part) => part.trim());
  const given = others.filter(Boolean).join(" ");
  return [family, given].filter(Boolean).join(", ");
}

/** With a true minus sign, and no more digits than a figure has meaning. */
export function figure(value, digits = 6) {
  if (!Number.isFinite(value)) return String(value);
  const text = Number.isInteger(value) ? value.toString() : Number(value.toPrecision(digits)).toString();
  return minus(text);
}

/** Of a fixed number of decimals, so that it does not jump. */
export function fixed(value, decimals = 1) {
  return minus((Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value).toFixed(decimals));
}

/** The hyphen before a number becomes a minus. */
function minus(text) {
  return text.replace(/^-/, "\u2212");
}

/** "1 image", "2 images", "1,200 images". */
export function count(number, singular, plural = `${singular}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? singular : plural}`;
}

/** imagePlaneModule -> Image plane. */
export function title(type) {
  const words = type.replace(/Module$/, "").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  const known = words.replace(/\b(sop|voi|lut|nm|ecg|uri|url|id)\b/g, (word) => word.toUpperCase());
  return known.charAt(0).toUpperCase() + known.slice(1);
}

/** How a series is called. */
export function seriesName({ description, number }) {
  return description || `Series ${number ?? "without a number"}`;
}

/** The name of the file of an id, or the last of its UIDs. */
export function shortId(imageId) {
  return imageId.replace(/[?&#].*$/, "").replace(/\/frames\/\d+$/, "").split("/").at(-1);
}
