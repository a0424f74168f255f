/** Drawn with one line on a square of 16. */
const paths = {
  overview: 'M2.5 9.5 6 6l2.5 2.5L13.5 3.5M10 3.5h3.5V7M2.5 13.5h11',
  operations: 'M2.5 4h11M2.5 8h7M2.5 12h9',
  schema: 'M8 2.5 13.5 5.5 8 8.5 2.5 5.5zM2.5 8.5 8 11.5l5.5-3M2.5 11 8 14l5.5-3',
  subgraphs: 'M8 2.5v4M8 6.5 3.5 10M8 6.5l4.5 3.5M2 10h3v3.5H2zM11 10h3v3.5h-3zM6.5 10h3v3.5h-3zM8 6.5V10',
  clients:
    'M6 7.5a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5zM2 13c0-2.2 1.8-3.5 4-3.5s4 1.3 4 3.5M11 3.3a2.25 2.25 0 0 1 0 4M12 9.8c1.3.5 2 1.6 2 3.2',
  requests: 'M2 8h2.5l2-4.5 3 9 2-4.5H14',
  explorer: 'M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5',
  limits: 'M8 2 13 4v4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V4z',
  audit: 'M4 2.5h8v11H4zM6 5.5h4M6 8h4M6 10.5h2.5',
  good: 'M3 8.5 6.5 12 13 4.5',
  warn: 'M8 2.5 14.5 13.5H1.5zM8 6.5v3.5M8 11.8v.1',
  bad: 'M5 2h6l3 3v6l-3 3H5l-3-3V5zM5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6',
  quiet: 'M3.5 8h9',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  moon: 'M13 9.8A5.5 5.5 0 0 1 6.2 3a5.5 5.5 0 1 0 6.8 6.8z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
