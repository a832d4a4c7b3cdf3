import { createTheme, DEFAULT_THEME, type CSSVariablesResolver } from '@mantine/core';
import { MESSAGES } from '../messages/index.js';

/**
 * One type scale, one accent, calm space. Shades are chosen for 4.5:1 (WCAG 2.2 AA) on white and on the dark ground;
 * the library's own red for errors is too pale for text.
 */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  // White on the red of buttons (0.183): black would be too dark once they are pointed at.
  luminanceThreshold: 0.185,
  fontFamily: 'Inter, system-ui, sans-serif',
  headings: {
    fontFamily: 'Inter, system-ui, sans-serif',
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.3' },
      h2: { fontSize: '1.1875rem', lineHeight: '1.35' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Stripes let through what is below them: the shadow beside which a table goes on.
    Table: {
      defaultProps: {
        verticalSpacing: 'sm',
        horizontalSpacing: 'md',
        stripedColor: 'color-mix(in srgb, var(--rollcall-edge) 7%, transparent)',
      },
    },
    Card: { defaultProps: { withBorder: true, padding: 'lg' } },
    Alert: { defaultProps: { variant: 'light' } },
    Breadcrumbs: { defaultProps: { separator: '›', separatorMargin: 'xs' } },
    Anchor: { defaultProps: { underline: 'always' } },
    // Its head would be a second banner of the page.
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.45 },
        attributes: { header: { role: 'presentation' } },
      },
    },
    // The library's grey below a title is too pale on the dark ground.
    Notification: {
      defaultProps: {
        closeButtonProps: { 'aria-label': MESSAGES['shell.close'] },
        styles: { description: { color: 'var(--mantine-color-text)' } },
      },
    },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--rollcall-edge': '#7e848b' },
  light: {
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-dimmed': '#545c66',
    '--mantine-color-placeholder': '#6b7480',
    '--rollcall-ground': '#f7f8fa',
    '--rollcall-card': 'var(--mantine-color-white)',
    '--rollcall-edge-focus': 'var(--mantine-primary-color-filled)',
    ...forAllColors('light-color', (color) => `color-mix(in srgb, ${color}-9), black 35%)`),
  },
  dark: {
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-dimmed': '#adb3bb',
    '--mantine-color-placeholder': '#9aa1aa',
    '--rollcall-ground': 'var(--mantine-color-dark-8)',
    '--rollcall-card': 'var(--mantine-color-dark-6)',
    '--rollcall-edge-focus': 'var(--mantine-color-indigo-4)',
    '--mantine-color-red-filled': 'var(--mantine-color-red-8)',
    '--mantine-color-red-filled-hover': 'var(--mantine-color-red-9)',
    ...forAllColors('light', (color) => `color-mix(in srgb, ${color}-8) 30%, var(--mantine-color-dark-6))`),
  },
});

/**
 * Words on a tinted ground, as badges and notices have them: on white the library's words are too pale, on dark its
 * grounds too loud. A color is `var(--mantine-color-red`, still open.
 */
function forAllColors(part: string, value: (color: string) => string): Record<string, string> {
  const names = Object.keys(DEFAULT_THEME.colors).filter((name) => name !== 'dark');
  return Object.fromEntries(
    names.map((name) => [`--mantine-color-${name}-${part}`, value(`var(--mantine-color-${name}`)]),
  );
}
