/** WCAG 2.2 contrast ratio of two opaque CSS colours as getComputedStyle gives them: `rgb(r, g, b)`. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const channels = color.match(/[\d.]+/g)?.map(Number) ?? [];
  if (!color.startsWith("rgb") || channels.length < 3 || (channels[3] ?? 1) < 1) throw new Error(`Not an opaque rgb colour: ${color}`);
  const [red, green, blue] = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
