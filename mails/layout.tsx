import { Body } from '@react-email/body';
import { Button } from '@react-email/button';
import { Container } from '@react-email/container';
import { Head } from '@react-email/head';
import { Heading } from '@react-email/heading';
import { Hr } from '@react-email/hr';
import { Html } from '@react-email/html';
import { Link } from '@react-email/link';
import { Section } from '@react-email/section';
import { Text } from '@react-email/text';
import { render } from '@react-email/render';
import type { ReactElement } from 'react';

/**
 * The one look of every mail, light and dark. A mail says what it holds as blocks; the HTML part and the text part are
 * made from the same blocks, so they cannot tell different things. No remote image, no font, nothing that tells the
 * sender who opened it.
 */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'notice'; readonly title: string; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'button'; readonly label: string; readonly url: string }
  | { readonly kind: 'links'; readonly links: readonly { readonly label: string; readonly url: string }[] };

export interface MailContent {
  readonly subject: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** Why the reader gets this mail. */
  readonly footer: string;
}

export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export async function renderMail(content: MailContent): Promise<RenderedMail> {
  const html = await render(<Mail {...content} />);
  return { subject: content.subject, html: html.replace(RENDERING_MARKS, ''), text: plain(content) };
}

/** Comments that React leaves for a browser; those that Outlook reads begin with a bracket and stay. */
const RENDERING_MARKS = /<!--(?!\[)[^>]*-->/g;

const LONGEST_LINE = 200;
/** Control and private-use characters, line breaks among them, and those that turn the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Co}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/gu;

/** Text that people typed, made safe for one line of a subject or a body: it can neither break the line nor hide. */
export function oneLine(text: string, longest = LONGEST_LINE): string {
  const line = text.replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest).trimEnd()}…` : line;
}

const STYLE = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
a { word-break: break-word; }
@media (prefers-color-scheme: dark) {
  .page, .page > table > tbody > tr > td { background-color: #14171c !important; }
  .card { background-color: #1d2128 !important; border-color: #2c323c !important; }
  .ink { color: #e8eaee !important; }
  .soft { color: #a7adb8 !important; }
  .notice { background-color: #33290f !important; border-color: #e0a93b !important; }
  .action { background-color: #6aa5ff !important; color: #0b1220 !important; }
  .link { color: #8ab8ff !important; }
}`;

const FONT = '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const INK = { color: '#1f2430', fontSize: '16px', lineHeight: '24px', margin: '0 0 16px' };
const SOFT = { color: '#5b6472', fontSize: '13px', lineHeight: '20px', margin: '0' };

function Mail({ title, blocks, footer }: MailContent): ReactElement {
  return (
    <Html lang="en" dir="ltr">
      <Head>
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{title}</title>
        <style>{STYLE}</style>
      </Head>
      <Body className="page" style={{ backgroundColor: '#f4f5f7', fontFamily: FONT, margin: '0', padding: '24px 8px' }}>
        <Container
          className="card"
          style={{
            backgroundColor: '#ffffff',
            border: '1px solid #e2e5ea',
            borderRadius: '10px',
            maxWidth: '560px',
            padding: '32px',
          }}
        >
          <Heading as="h1" className="ink" style={{ ...INK, fontSize: '22px', lineHeight: '30px', fontWeight: 600 }}>
            {title}
          </Heading>
          {blocks.map((block, index) => (
            <Part key={index} block={block} />
          ))}
          <Hr style={{ borderColor: '#e2e5ea', margin: '24px 0 16px' }} />
          <Text className="soft" style={SOFT}>
            {footer}
          </Text>
        </Container>
      </Body>
    </Html>
  );
}

function Part({ block }: { readonly block: Block }): ReactElement {
  switch (block.kind) {
    case 'text':
      return (
        <Text className="ink" style={INK}>
          {block.text}
        </Text>
      );
    case 'notice':
      return <Notice title={block.title} text={block.text} />;
    case 'list':
      return (
        <ul className="ink" style={{ ...INK, paddingLeft: '20px' }}>
          {block.items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      );
    case 'button':
      return <Action label={block.label} url={block.url} />;
    case 'links':
      return (
        <Section style={{ margin: '0 0 8px' }}>
          {block.links.map(({ label, url }) => (
            <Text key={url} style={{ ...INK, margin: '0 0 8px' }}>
              <Link className="link" href={url} style={{ color: '#1857c9' }}>
                {label}
              </Link>
            </Text>
          ))}
        </Section>
      );
  }
}

function Notice({ title, text }: { readonly title: string; readonly text: string }): ReactElement {
  return (
    <Section
      className="notice"
      style={{
        backgroundColor: '#fff6e0',
        borderLeft: '4px solid #b97a00',
        borderRadius: '6px',
        margin: '0 0 16px',
        padding: '12px 16px',
      }}
    >
      <Text className="ink" style={{ ...INK, fontWeight: 600, margin: '0 0 4px' }}>
        {title}
      </Text>
      <Text className="ink" style={{ ...INK, margin: '0' }}>
        {text}
      </Text>
    </Section>
  );
}

/** The address stands below the button too: a button that a mail program does not show must not lock anybody out. */
function Action({ label, url }: { readonly label: string; readonly url: string }): ReactElement {
  return (
    <Section style={{ margin: '8px 0 20px' }}>
      <Button
        className="action"
        href={url}
        style={{
          backgroundColor: '#1857c9',
          borderRadius: '8px',
          color: '#ffffff',
          fontSize: '16px',
          fontWeight: 600,
          padding: '12px 20px',
        }}
      >
        {label}
      </Button>
      <Text className="soft" style={{ ...SOFT, margin: '12px 0 0' }}>
        Or open this address:{' '}
        <Link className="link" href={url} style={{ color: '#1857c9' }}>
          {url}
        </Link>
      </Text>
    </Section>
  );
}

function plain({ title, blocks, footer }: MailContent): string {
  return [title, ...blocks.map(plainBlock), `-- \n${footer}`].join('\n\n') + '\n';
}

function plainBlock(block: Block): string {
  switch (block.kind) {
    case 'text':
      return block.text;
    case 'notice':
      return `${block.title}\n${block.text}`;
    case 'list':
      return block.items.map((item) => `- ${item}`).join('\n');
    case 'button':
      return `${block.label}:\n${block.url}`;
    case 'links':
      return block.links.map(({ label, url }) => `${label}:\n${url}`).join('\n\n');
  }
}
