import { useIntl } from 'react-intl';

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A span of time in its two largest units: "3 minutes 20 seconds". */
export function useDuration(): (seconds: number) => string {
  const intl = useIntl();
  return (seconds) => {
    let left = Math.max(1, Math.round(seconds));
    const parts: string[] = [];
    for (const [unit, size] of UNITS) {
      const count = Math.floor(left / size);
      left -= count * size;
      if (count > 0 && parts.length < 2) {
        parts.push(intl.formatNumber(count, { style: 'unit', unit, unitDisplay: 'long' }));
      } else if (parts.length > 0) break;
    }
    return parts.join(' ');
  };
}

/** How long something took, from one moment to another. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
