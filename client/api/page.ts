import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** Pages that are opened by a link: no script, one style that the page's policy knows by its hash, everything escaped. */
const STYLE = `
  :root { color-scheme: light dark; --text: #1d2433; --ground: #f3f5f8; --card: #fff; --line: #8a94a6; --quiet: #4a5468; --fault: #a11212; --link: #1f4fb2; --button: #1f4fb2; }
  @media (prefers-color-scheme: dark) {
    :root { --text: #e6e9ef; --ground: #11151d; --card: #1b212d; --line: #7a8598; --quiet: #b0b9c9; --fault: #ff9a9a; --link: #9dbcff; --button: #3464c4; }
  }
  body { margin: 0; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); }
  main { max-width: 26rem; margin: 12vh auto 2rem; padding: 2rem; background: var(--card); border-radius: .75rem; box-shadow: 0 1px 4px #0002; overflow-wrap: anywhere; }
  @media (max-width: 30rem) { main { margin-top: 1rem; padding: 1.5rem; } }
  h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.3; }
  a { color: var(--link); }
  label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
  input { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; }
  input[aria-invalid] { border-color: var(--fault); }
  button, a.button { display: inline-block; margin: 1rem .5rem 0 0; padding: .6rem 1.2rem; font: inherit; color: #fff; background: var(--button); border: 0; border-radius: .4rem; text-decoration: none; cursor: pointer; }
  .hint { color: var(--quiet); font-size: .9rem; }
  .fault { color: var(--fault); font-weight: 600; }
`;
const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

/** @param html as `layout` makes it */
export function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .header(
      'Content-Security-Policy',
      `default-src 'none'; style-src '${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    )
    .send(html);
}

/** @param body HTML; whatever people typed is escaped in it. */
export function layout(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body><main><h1>${escape(title)}</h1>${body}</main></body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
