import strings from "./strings.vi.json";

const groupedNumber = new Intl.NumberFormat("vi-VN");

export { strings };

export function fillIn(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => groupedNumber.format(values[name]));
}
