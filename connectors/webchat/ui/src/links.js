/** The address to put in a link, or null when it is not a plain web address. */
export function safeAddress(raw, base = location.href) {
  if (typeof raw !== "string") return null;
  let address;
  try {
    address = new URL(raw, base);
  } catch {
    return null;
  }
  return address.protocol === "https:" || address.protocol === "http:" ? address.href : null;
}
